package io.svmcoord.loadtest.conformance.device;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.SvmClient;
import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The device of the SDK under test: one session, one mirror for each space. Thread-safe.
 *
 * <p>The SDK does what the contract asks for; what is left is in {@link ExampleMirror}.
 */
public final class ExampleDevice implements DeviceUnderTest, AutoCloseable {
  private final SvmClient client;
  private final GrpcPageSource pages;
  private final Map<Long, ExampleMirror> mirrors = new HashMap<>();
  private @Nullable DeviceSession session;

  /**
   * A device without a session. Doesn't block.
   *
   * @param target {@code host:port} of the coordinator, which has the pages as well
   */
  public ExampleDevice(String target) {
    client = SvmClient.connect(target);
    pages = GrpcPageSource.connect(target);
  }

  @Override
  public void mirror(long spaceId, List<AddressRange> add, List<AddressRange> remove) {
    ExampleMirror known = find(spaceId);
    if (known != null) {
      known.update(remove, add);
      return;
    }
    ExampleMirror made = new ExampleMirror(openSession(), spaceId, add.getFirst(), pages);
    if (add.size() > 1) {
      made.update(List.of(), add.subList(1, add.size()));
    }
    synchronized (this) {
      mirrors.put(spaceId, made);
    }
  }

  private synchronized DeviceSession openSession() {
    if (session == null) {
      session = client.openDevice(DeviceOptions.named("conformance-example"));
    }
    return session;
  }

  private synchronized @Nullable ExampleMirror find(long spaceId) {
    return mirrors.get(spaceId);
  }

  private ExampleMirror require(long spaceId) {
    ExampleMirror found = find(spaceId);
    if (found == null) {
      throw new IllegalArgumentException(
          "space_id: %d (expected: one that is mirrored)".formatted(spaceId));
    }
    return found;
  }

  @Override
  public void use(
      long spaceId, List<AddressRange> ranges, Duration timeout, Consumer<List<UsedPage>> using) {
    require(spaceId).use(ranges, Access.READ, timeout, using);
  }

  @Override
  public void useMapped(long spaceId, List<AddressRange> ranges, Consumer<List<UsedPage>> using) {
    require(spaceId).useMapped(ranges, using);
  }

  @Override
  public void leave() {
    DeviceSession last;
    synchronized (this) {
      last = session;
      session = null;
    }
    if (last != null) {
      // Drops everything, then detaches, then returns; readers that wait are woken.
      last.close();
    }
    synchronized (this) {
      mirrors.clear();
    }
  }

  @Override
  public void close() {
    leave();
    client.close();
    pages.close();
  }
}
