package io.svmcoord.loadtest.sim.net;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;
import io.grpc.MethodDescriptor;
import io.svmcoord.loadtest.sim.core.SimProcess;

/** What the trace says of calls, at their readers. */
final class Lines {
  private Lines() {}

  /** A process reads a message of a call. */
  static void read(SimProcess reader, MethodDescriptor<?, ?> method, Object message) {
    if (reader.simulation().trace().isOn()) {
      String text =
          message instanceof MessageOrBuilder proto
              ? TextFormat.printer().emittingSingleLine(true).printToString(proto)
              : message.toString();
      note(reader, method, "reads " + text);
    }
  }

  /** A process learns something of a call. */
  static void learn(SimProcess who, MethodDescriptor<?, ?> method, String what, Object detail) {
    if (who.simulation().trace().isOn()) {
      note(who, method, what + " " + detail);
    }
  }

  private static void note(SimProcess who, MethodDescriptor<?, ?> method, String what) {
    who.simulation().note(who.name(), method.getBareMethodName() + " " + what);
  }
}
