package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** For a mirror of which only the local calls are of interest: nothing leaves the process. */
final class NoSession implements MirrorImpl.Session {
  private static final ClientEnvironment ENVIRONMENT = ClientEnvironment.system();

  /** A mirror without a session. */
  static Mirror mirror(MirrorCore core) {
    return new MirrorImpl(new NoSession(), core, NoSession::fetch);
  }

  private static List<MirroredPage> fetch(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    return List.of();
  }

  @Override
  public void update(
      MirrorCore mirror, Collection<AddressRange> remove, Collection<AddressRange> add) {
    throw new UnsupportedOperationException("update");
  }

  @Override
  public void unsubscribe(MirrorCore mirror) {
    throw new UnsupportedOperationException("unsubscribe");
  }

  @Override
  public <T> CompletableFuture<T> async(Callable<T> task) {
    throw new UnsupportedOperationException("async");
  }

  @Override
  public ClientEnvironment environment() {
    return ENVIRONMENT;
  }
}
