package io.svmcoord.loadtest.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FrameAllocatorTest {
  private final FrameAllocator allocator = new FrameAllocator(2);

  @Test
  void allocate_afterRelease_givesTheSameFrame() {
    int first = allocator.allocate();
    allocator.allocate();
    allocator.release(first);

    assertThat(allocator.allocate()).isEqualTo(first);
  }

  @Test
  void release_sharedFrame_freedByLastUser() {
    int frame = allocator.allocate();
    allocator.share(frame);
    assertThat(allocator.isShared(frame)).isTrue();

    allocator.release(frame);
    assertThat(allocator.isShared(frame)).isFalse();
    assertThat(allocator.freeCount()).isEqualTo(1);
    allocator.release(frame);
    assertThat(allocator.freeCount()).isEqualTo(2);
  }

  @Test
  void use_brokenCaller_refused() {
    int frame = allocator.allocate();
    allocator.allocate();

    assertThatThrownBy(allocator::allocate).hasMessageStartingWith("frames: all 2 in use");
    allocator.release(frame);
    assertThatThrownBy(() -> allocator.release(frame))
        .hasMessage("frame: 1 is free (expected: in use)".replace("1", "" + frame));
    assertThatThrownBy(() -> allocator.share(frame)).isInstanceOf(IllegalStateException.class);
  }
}
