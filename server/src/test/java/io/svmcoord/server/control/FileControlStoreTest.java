package io.svmcoord.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.server.kernel.KeyDigest;
import io.svmcoord.server.kernel.KnownSession;
import io.svmcoord.server.kernel.KnownSpace;
import io.svmcoord.server.kernel.MemoryChange;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start finds of the one before, whatever happened to the file (promises G5 and G10). */
final class FileControlStoreTest {
  private static final long LONGEST = 66_000_000_000L;
  private static final KnownSpace SPACE = new KnownSpace(7, "space", 4096);
  private static final KnownSession SESSION =
      new KnownSession(
          new SessionId(3), SessionRole.HOST, new KeyDigest(1, Long.MIN_VALUE), 3_300_000_000L);

  @TempDir private Path parent;

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final ControlStore.Progress progress =
      new ControlStore.Progress() {
        @Override
        public void written(long number) {
          told.add("written " + number);
        }

        @Override
        public void failed(long number, String why) {
          told.add("failed " + number);
        }
      };

  private Path directory() {
    return parent.resolve("control");
  }

  private Path file() {
    return directory().resolve("control");
  }

  /** One start and its end; what it began with. */
  private Past term(MemoryChange... changes) throws InterruptedException {
    try (FileControlStore store = FileControlStore.open(directory())) {
      Past past = store.beginTerm(LONGEST);
      store.start(progress);
      note(store, changes);
      return past;
    }
  }

  private void note(FileControlStore store, MemoryChange... changes) throws InterruptedException {
    for (int i = 0; i < changes.length; i++) {
      assertThat(store.note(i + 1, changes[i])).isFalse();
    }
    while (changes.length > 0 && !next().equals("written " + changes.length)) {
      // Written in several steps.
    }
  }

  /** Failures before it don't matter: it tries again by itself. */
  private void awaitTold(String wanted) throws InterruptedException {
    for (String next = next(); !next.equals(wanted); next = next()) {
      assertThat(next).startsWith("failed");
    }
  }

  private String next() throws InterruptedException {
    String next = told.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static void assertLost(Past past, Past before) {
    assertThat(past.incarnation()).isNotEqualTo(before.incarnation());
    assertThat(past.unlistedLeaseNanos()).isEqualTo(LONGEST);
    assertThat(past.spaces()).isEmpty();
    assertThat(past.sessions()).isEmpty();
    assertThat(past.lastSpaceId()).as("ids don't meet").isGreaterThanOrEqualTo(1_000_000);
  }

  @Test
  void beginTerm_freshDirectory_knowsNobody() throws InterruptedException {
    Past past = term();

    assertThat(past).isEqualTo(Past.none(past.incarnation()));
  }

  @Test
  void beginTerm_again_sameIncarnationAndAHigherEpoch() throws InterruptedException {
    Past first = term();
    Past second =
        term(
            new MemoryChange.SpaceMade(SPACE),
            new MemoryChange.SpaceMade(new KnownSpace(8, "gone", 1 << 30)),
            new MemoryChange.SpaceGone(8),
            new MemoryChange.SessionOpened(SESSION),
            new MemoryChange.UnlistedLease(5));
    Past third = term(new MemoryChange.SessionOver(SESSION.id()));
    Past fourth = term();

    assertThat(second.epoch()).isEqualTo(2);
    assertThat(third)
        .isEqualTo(new Past(first.incarnation(), 3, 8, List.of(SPACE), List.of(SESSION), 5));
    assertThat(fourth).isEqualTo(new Past(first.incarnation(), 4, 8, List.of(SPACE), List.of(), 5));
  }

  @Test
  void beginTerm_damagedAnyByteOrCutAnywhere_newIncarnation()
      throws InterruptedException, IOException, ControlFormat.BrokenException {
    term(new MemoryChange.SpaceMade(SPACE), new MemoryChange.SessionOpened(SESSION));
    byte[] bytes = Files.readAllBytes(file());
    FileIdentity identity = FileIdentity.of(file());
    assertThat(ControlFormat.decode(identity, bytes).sessions()).containsExactly(SESSION);

    for (int i = 0; i < bytes.length; i++) {
      byte[] cut = Arrays.copyOf(bytes, i);
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> ControlFormat.decode(identity, cut))
          .as("cut at %d", i)
          .isInstanceOf(ControlFormat.BrokenException.class);
      assertThatThrownBy(() -> ControlFormat.decode(identity, damaged))
          .as("damaged at %d", i)
          .isInstanceOf(ControlFormat.BrokenException.class);
    }
  }

  @Test
  void beginTerm_tornFile_newIncarnationAndTheLongestLeaseIsWaitedFor()
      throws InterruptedException, IOException {
    Past before = term(new MemoryChange.SpaceMade(SPACE));
    Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 100));

    assertLost(term(), before);
  }

  @Test
  void beginTerm_missingFile_newIncarnationAndTheLongestLeaseIsWaitedFor()
      throws InterruptedException, IOException {
    Past before = term();
    Files.delete(file());

    assertLost(term(), before);
  }

  @Test
  void beginTerm_olderCopyPutBack_newIncarnation() throws InterruptedException, IOException {
    Past before = term();
    Path backup = parent.resolve("backup");
    Files.copy(file(), backup, StandardCopyOption.COPY_ATTRIBUTES);
    term(new MemoryChange.SessionOpened(SESSION));

    Files.copy(
        backup, file(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);

    assertLost(term(), before);
  }

  @Test
  void beginTerm_olderContentsWrittenInPlace_newIncarnation()
      throws InterruptedException, IOException {
    Past before = term();
    byte[] older = Files.readAllBytes(file());
    term(new MemoryChange.SessionOpened(SESSION));

    Files.write(file(), older);

    assertLost(term(), before);
  }

  @Test
  void beginTerm_leftoverOfAnInterruptedWrite_isIgnored() throws InterruptedException, IOException {
    Past before = term(new MemoryChange.SpaceMade(SPACE));
    Files.write(directory().resolve("control.next"), new byte[] {1, 2, 3});

    Past past = term();

    assertThat(past.incarnation()).isEqualTo(before.incarnation());
    assertThat(past.spaces()).containsExactly(SPACE);
  }

  @Test
  void open_directoryInUse_isRefused() {
    try (FileControlStore store = FileControlStore.open(directory())) {
      assertThat(store.beginTerm(LONGEST).epoch()).isEqualTo(1);
      assertThatThrownBy(() -> FileControlStore.open(directory()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("control.directory: " + directory())
          .hasMessageContaining("it is in use by this process");
    }
  }

  @Test
  void open_directoryInUseByAnotherProcess_isRefused() throws InterruptedException, IOException {
    term();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DirectoryHolder.class.getName(),
                directory().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = other.inputReader()) {
      assertThat(lines.readLine()).isEqualTo(DirectoryHolder.HELD);

      assertThatThrownBy(() -> FileControlStore.open(directory()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("it is in use by another process");
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(term().epoch()).as("the lock goes with its process").isEqualTo(3);
  }

  /** Holds a directory until it is killed. */
  static final class DirectoryHolder {
    static final String HELD = "held";

    private DirectoryHolder() {}

    public static void main(String[] args) throws IOException {
      try (FileControlStore store = FileControlStore.open(Path.of(args[0]))) {
        var _ = store.beginTerm(LONGEST);
        System.out.println(HELD);
        // Ends with its parent, should that die before it.
        var _ = System.in.read();
      }
    }
  }

  @Test
  void open_parentMissing_saysWhatWasExpected() {
    assertThatThrownBy(() -> FileControlStore.open(parent.resolve("no/control")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("expected: one that can be written")
        .hasMessageContaining("NoSuchFileException");
  }

  @Test
  void files_areTheOwnersAlone() throws InterruptedException, IOException {
    term();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void note_cantBeWritten_isToldAndTheNextWriteHasAllOfIt()
      throws InterruptedException, IOException {
    try (FileControlStore store = FileControlStore.open(directory())) {
      assertThat(store.beginTerm(LONGEST).epoch()).isEqualTo(1);
      store.start(progress);
      Path away = parent.resolve("away");
      Files.move(directory(), away);
      assertThat(store.note(1, new MemoryChange.SpaceMade(SPACE))).isFalse();
      assertThat(next()).isEqualTo("failed 1");
      assertThat(store.failure()).get().asString().contains("control.directory", "NoSuchFile");

      Files.move(away, directory());
      assertThat(store.note(2, new MemoryChange.SessionOpened(SESSION))).isFalse();
      awaitTold("written 2");
      assertThat(store.failure()).isEmpty();
    }
    Past past = term();

    assertThat(past.spaces()).containsExactly(SPACE);
    assertThat(past.sessions()).containsExactly(SESSION);
  }

  @Test
  void write_failed_isTriedAgainThoughNothingChanges() throws InterruptedException, IOException {
    try (FileControlStore store = FileControlStore.open(directory())) {
      assertThat(store.beginTerm(LONGEST).epoch()).isEqualTo(1);
      store.start(progress);
      Path away = parent.resolve("away");
      Files.move(directory(), away);
      assertThat(store.note(1, new MemoryChange.SpaceMade(SPACE))).isFalse();
      assertThat(next()).isEqualTo("failed 1");
      assertThat(next()).isEqualTo("failed 1");

      Files.move(away, directory());
      awaitTold("written 1");
      assertThat(store.failure()).isEmpty();
    }
    assertThat(term().spaces()).containsExactly(SPACE);
  }

  @Test
  void start_outOfOrder_isRefused() {
    try (FileControlStore store = FileControlStore.open(directory())) {
      assertThatThrownBy(() -> store.start(progress)).isInstanceOf(IllegalStateException.class);
    }
  }
}
