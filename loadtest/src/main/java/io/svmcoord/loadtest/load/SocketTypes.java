package io.svmcoord.loadtest.load;

import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Which sockets connect to an address: epoll's where it can be loaded. Stateless. */
public final class SocketTypes {
  private SocketTypes() {}

  /** The type for an address: of TCP, or of a Unix domain socket, which is epoll's alone. */
  public static Class<? extends Channel> of(SocketAddress target) {
    if (!(target instanceof InetSocketAddress)) {
      return EpollDomainSocketChannel.class;
    }
    return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
  }
}
