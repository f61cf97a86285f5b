package io.svmcoord.loadtest.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryTest {
  private static final MemoryGeometry GEOMETRY = new MemoryGeometry(4096, 16, 20, 2, 0x10000);

  @Test
  void open_fileOfHost_sharesFrames() {
    try (SharedMemory host = SharedMemory.create(GEOMETRY);
        SharedMemory device = SharedMemory.open(host.file())) {
      host.frames().write(GEOMETRY.frameOffset(3), 7, 5, 11);

      assertThat(device.geometry()).isEqualTo(GEOMETRY);
      assertThat(device.frames().read(GEOMETRY.frameOffset(3)))
          .isEqualTo(new FrameReading(7, 5, 11, true));
    }
  }

  @Test
  void read_oneWordOfBodyChanged_notIntact() {
    try (SharedMemory memory = SharedMemory.create(GEOMETRY)) {
      Frames frames = memory.frames();
      long frame = GEOMETRY.frameOffset(0);
      frames.write(frame, 7, 5, 11);
      long lastWord = frame + 4096 - Long.BYTES;
      memory.setPlain(lastWord, memory.plain(lastWord) ^ 1);

      assertThat(frames.read(frame)).isEqualTo(new FrameReading(7, 5, 11, false));
    }
  }

  @Test
  void read_headerOfOtherContent_notIntact() {
    try (SharedMemory memory = SharedMemory.create(GEOMETRY)) {
      Frames frames = memory.frames();
      long frame = GEOMETRY.frameOffset(0);
      frames.write(frame, 7, 5, 11);
      memory.setPlain(frame + 16, 12);

      assertThat(frames.read(frame).isIntact()).isFalse();
      assertThat(frames.readVersion(frame)).isEqualTo(12);
    }
  }

  @Test
  void writeSlot_anyDevice_keepsContentIntact() {
    try (SharedMemory memory = SharedMemory.create(GEOMETRY)) {
      Frames frames = memory.frames();
      long frame = GEOMETRY.frameOffset(1);
      frames.write(frame, 7, 5, 11);
      for (int device = 0; device < Frames.DEVICE_SLOTS; device++) {
        frames.writeSlot(frame, device, device + 100L);
      }

      assertThat(frames.read(frame).isIntact()).isTrue();
      assertThat(frames.readSlot(frame, 63)).isEqualTo(163);
      assertThat(frames.readSlot(frame, Frames.DEVICE_SLOTS + 2)).isEqualTo(102);
    }
  }

  @Test
  void close_byHost_deletesFile() {
    SharedMemory memory = SharedMemory.create(GEOMETRY);
    Path file = memory.file();
    assertThat(file).exists();

    memory.close();

    assertThat(file).doesNotExist();
  }

  @Test
  void create_fileOfProcessThatIsGone_deletedAndOthersKept(@TempDir Path directory)
      throws IOException {
    long gonePid = Long.MAX_VALUE;
    Path orphan = Files.createFile(directory.resolve("svm-pages-" + gonePid + "-12.bin"));
    Path other = Files.createFile(directory.resolve("svm-pages-report.bin"));
    Path mine = MemoryFiles.create(directory);
    Path second = MemoryFiles.create(directory);

    assertThat(orphan).doesNotExist();
    assertThat(List.of(other, mine, second)).allSatisfy(file -> assertThat(file).exists());
  }

  @Test
  void open_somethingElse_refused(@TempDir Path directory) throws IOException {
    Path small = Files.writeString(directory.resolve("small"), "no memory");
    Path zeros = Files.write(directory.resolve("zeros"), new byte[8192]);

    assertThatThrownBy(() -> SharedMemory.open(small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 9 bytes (expected: a file that a host made)");
    assertThatThrownBy(() -> SharedMemory.open(zeros))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("magic 0x0");
    assertThatThrownBy(() -> SharedMemory.open(directory.resolve("missing")))
        .isInstanceOf(UncheckedIOException.class);
  }
}
