package io.svmcoord.server.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The file of a Unix domain socket. A process that was killed leaves it behind, and it can't be
 * bound again: it is removed if nobody listens on it, and nothing else ever is.
 */
final class UnixSocketFile {
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int SOCKET = 0140000;

  private UnixSocketFile() {}

  /**
   * Removes what a killed process left behind. Blocks for a connection attempt on this machine.
   *
   * @throws BindException if the path is taken: by something else than a socket, or by a socket on
   *     which somebody listens
   * @throws IOException if it can't be read or removed
   */
  static void makeRoom(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path)) {
      throw new BindException("there is a file that is no socket: " + path);
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      Files.delete(path);
      return;
    }
    throw new BindException("another process listens on " + path);
  }

  private static boolean isSocket(Path path) throws IOException {
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & FILE_TYPE_MASK) == SOCKET;
  }
}
