package io.svmcoord.loadtest.peers.system;

import io.grpc.MethodDescriptor;
import io.svmcoord.loadtest.load.EncodedMessage;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An operation of two unary calls, one after the other, that no device takes part in. Immutable.
 *
 * @param first method of the first call
 * @param request its request, always the same
 * @param second method of the second call
 * @param next its request, made of the first one's answer
 * @param isExpected whether the second one's answer is as it has to be
 */
public record TwoCalls(
    MethodDescriptor<EncodedMessage, EncodedMessage> first,
    EncodedMessage request,
    MethodDescriptor<EncodedMessage, EncodedMessage> second,
    Function<EncodedMessage, EncodedMessage> next,
    Predicate<EncodedMessage> isExpected) {}
