package io.svmcoord.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
  private static final int PATIENCE_MILLIS = 30_000;

  /** Long enough that what is not carried would have come. */
  private static final int SILENCE_MILLIS = 200;

  private static final byte[] HELLO = {1, 2, 3, 4, 5};

  private ServerSocket listener;
  private FaultProxy proxy;
  private Socket client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(PATIENCE_MILLIS);
    proxy = FaultProxy.start(listener.getLocalPort());
    client = newClient();
    server = accept();
  }

  private Socket newClient() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private Socket accept() throws IOException {
    Socket socket = listener.accept();
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    client.close();
    server.close();
    listener.close();
  }

  private static void send(Socket from) throws IOException {
    from.getOutputStream().write(HELLO);
  }

  private static byte[] receive(Socket to, int count) throws IOException {
    return to.getInputStream().readNBytes(count);
  }

  @Test
  void carry_noFaults_bothDirectionsAndTheEnd() throws IOException {
    send(client);
    assertThat(receive(server, 5)).isEqualTo(HELLO);
    send(server);
    assertThat(receive(client, 5)).isEqualTo(HELLO);
    client.shutdownOutput();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    send(server);
    assertThat(receive(client, 5)).isEqualTo(HELLO);
    server.shutdownOutput();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void cut_bothSidesSeeAReset_newConnectionsAreCarried() throws IOException {
    proxy.cut();
    assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> receive(server, 1)).isInstanceOf(SocketException.class);
    try (Socket again = newClient();
        Socket accepted = accept()) {
      send(again);
      assertThat(receive(accepted, 5)).isEqualTo(HELLO);
    }
  }

  @Test
  void silent_oneDirection_swallowsItWithoutAnErrorAndCarriesTheOther() throws IOException {
    proxy.toServer(LinkFaults.NONE.silent());
    send(client);
    server.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> receive(server, 1)).isInstanceOf(SocketTimeoutException.class);
    send(server);
    assertThat(receive(client, 5)).isEqualTo(HELLO);
  }

  @Test
  void heal_afterSilence_cutsWhatLostBytes() throws IOException {
    proxy.toServer(LinkFaults.NONE.silent());
    send(client);
    proxy.heal();
    assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
    try (Socket again = newClient();
        Socket accepted = accept()) {
      send(again);
      assertThat(receive(accepted, 5)).isEqualTo(HELLO);
    }
  }

  @Test
  void delay_bytesComeOutAfterIt_notBefore() throws IOException {
    Duration delay = Duration.ofMillis(300);
    proxy.toServer(LinkFaults.NONE.withDelay(delay));
    long sent = System.nanoTime();
    send(client);
    assertThat(receive(server, 5)).isEqualTo(HELLO);
    assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(delay);
  }

  @Test
  void throttle_takesAtLeastTheTimeOfTheBytes() throws IOException {
    proxy.toServer(LinkFaults.NONE.withBytesPerSecond(20));
    long sent = System.nanoTime();
    send(client);
    assertThat(receive(server, 5)).isEqualTo(HELLO);
    assertThat(Duration.ofNanos(System.nanoTime() - sent))
        .isGreaterThanOrEqualTo(Duration.ofMillis(250));
  }

  @Test
  void cutAfterBytes_moreWasSent_isReset() throws IOException {
    proxy.toServer(LinkFaults.NONE.withBytesUntilCut(3));
    send(client);
    assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void refuse_newConnectionsAreReset_theOldOneGoesOn() throws IOException {
    proxy.refuse(true);
    try (Socket refused = newClient()) {
      assertThatThrownBy(() -> receive(refused, 1)).isInstanceOf(SocketException.class);
    }
    send(client);
    assertThat(receive(server, 5)).isEqualTo(HELLO);
  }

  @Test
  void nobodyListens_clientSeesAReset() throws IOException {
    listener.close();
    try (Socket lost = newClient()) {
      assertThatThrownBy(() -> receive(lost, 1)).isInstanceOf(SocketException.class);
    }
  }
}
