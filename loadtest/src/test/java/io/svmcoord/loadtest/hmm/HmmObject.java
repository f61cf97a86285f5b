package io.svmcoord.loadtest.hmm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a shared mapping maps: pages that belong to no one process. With a file, each page is one
 * word at the page's place in the file. Confined to the machine's lock.
 */
final class HmmObject {
  private final HmmFrames frames;
  private final int[] frame;
  private final Optional<Path> file;

  HmmObject(HmmFrames frames, int pages, Optional<Path> file) {
    this.frames = frames;
    this.frame = new int[pages];
    this.file = file;
    Arrays.fill(frame, HmmFrames.ABSENT);
  }

  int pages() {
    return frame.length;
  }

  /** The frame of a page, for one more user; read from the file if it was absent. */
  int use(int index) {
    if (frame[index] == HmmFrames.ABSENT) {
      frame[index] = frames.allocate(HmmFrames.SYSTEM);
      file.ifPresent(path -> frames.write(frames.offset(frame[index]), readWord(path, index)));
    }
    frames.share(frame[index]);
    return frame[index];
  }

  /** The content of the page moved to another frame. */
  void replace(int index, int newFrame) {
    frames.share(newFrame);
    frames.release(frame[index]);
    frame[index] = newFrame;
  }

  /** Writes what is present to the file. */
  void writeBack() {
    for (int index = 0; index < frame.length; index++) {
      if (frame[index] != HmmFrames.ABSENT) {
        writeWord(file.orElseThrow(), index, frames.read(frames.offset(frame[index])));
      }
    }
  }

  static long readWord(Path file, int index) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
      int read = channel.read(word, (long) index * HmmMachine.PAGE_BYTES);
      return read == Long.BYTES ? word.getLong(0) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void writeWord(Path file, int index, long value) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      ByteBuffer word = ByteBuffer.allocate(Long.BYTES).putLong(0, value);
      int written = channel.write(word, (long) index * HmmMachine.PAGE_BYTES);
      if (written != Long.BYTES) {
        throw new IllegalStateException("written: " + written + " (expected: one word)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
