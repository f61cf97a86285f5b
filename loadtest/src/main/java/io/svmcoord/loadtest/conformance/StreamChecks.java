package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import com.google.protobuf.UnknownFieldSet;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionResponse;
import java.util.ArrayList;
import java.util.List;

/** The order and the form of what comes on the stream. Stateless. */
final class StreamChecks {
  private static final int BURST = 500;

  /** Field of a notice that this version of the contract does not have. */
  private static final int FIELD_OF_TOMORROW = 1000;

  private StreamChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "notice-order",
            "G7",
            "A page in use is invalidated, and the end comes before the ack, since the host gave"
                + " up.",
            "The two are handled in their order: the page can be used.",
            StreamChecks::order),
        Check.of(
            "batched-notices",
            "G7",
            "Three invalidations come in one message.",
            "Each is handled and acked.",
            StreamChecks::batched),
        Check.of(
            "unknown-notices",
            "G7",
            "A notice of a kind that the contract does not know, and a message without notices.",
            "Both are ignored; the session goes on.",
            StreamChecks::unknown),
        Check.of(
            "burst",
            "G11",
            "While a page is in use it is invalidated, and another one is, %d times, ended each time."
                .formatted(BURST),
            "Each is acked.",
            StreamChecks::burst));
  }

  private static String order(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdUses(true);
    stage.awaitUsed(stage.use(page(0)), "the use");
    Running change = stage.begin(page(0));
    change.end();
    stage.settle();
    stage.holdUses(false);
    change.awaitAck();
    stage.awaitUsed(stage.use(page(0)), "a use after the end");
    return "acked and used again";
  }

  private static String batched(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(pages(0, 3));
    List<Running> all =
        stage.scene.locked(
            () -> {
              List<Running> made =
                  List.of(
                      stage.beginUnsent(stage.space, page(0)),
                      stage.beginUnsent(stage.space, page(1)),
                      stage.beginUnsent(stage.space, page(2)));
              stage
                  .link()
                  .send(
                      made.stream()
                          .map(each -> Notices.invalidate(each.invalidation))
                          .toArray(DeviceNotice.Builder[]::new));
              return made;
            });
    all.forEach(Running::awaitAck);
    stage.expectUnmapped("after the acks", pages(0, 3));
    all.forEach(Running::end);
    stage.map(pages(0, 3));
    return "three acks";
  }

  private static String unknown(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    UnknownFieldSet tomorrow =
        UnknownFieldSet.newBuilder()
            .addField(FIELD_OF_TOMORROW, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    stage.scene.locked(
        () -> {
          stage.link().send(DeviceNotice.newBuilder().setUnknownFields(tomorrow));
          stage.link().send(DeviceSessionResponse.getDefaultInstance());
        });
    stage.begin(page(0)).pass();
    stage.map(page(0));
    return "ignored";
  }

  private static String burst(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdUses(true);
    stage.awaitUsed(stage.use(page(0)), "the use");
    List<Running> all = new ArrayList<>();
    all.add(stage.begin(page(0)));
    for (int count = 0; count < BURST; count++) {
      Running each = stage.begin(page(1));
      // Its host gives up at once.
      each.end();
      all.add(each);
    }
    stage.settle();
    stage.holdUses(false);
    all.forEach(Running::awaitAck);
    all.getFirst().end();
    stage.map(page(0));
    return "%d acks".formatted(all.size());
  }
}
