package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.KeyDigest;
import io.svmcoord.server.kernel.KnownSession;
import io.svmcoord.server.kernel.KnownSpace;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionRole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The control file's bytes: a mark, a version, the identity of the file that they were written for,
 * the contents, and a checksum over all of it. Whatever differs in a byte is no control file.
 * Big-endian.
 */
final class ControlFormat {
  private static final long MARK = 0x53564d4354524c0aL; // "SVMCTRL\n"
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = Long.BYTES;
  private static final List<SessionRole> ROLES = List.of(SessionRole.DEVICE, SessionRole.HOST);

  /** Says what is wrong with a control file. */
  static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    private final String why;

    BrokenException(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  private ControlFormat() {}

  static byte[] encode(FileIdentity identity, Past past) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeLong(MARK);
      out.writeInt(VERSION);
      out.writeLong(identity.inode());
      out.writeLong(identity.bornNanos());
      out.writeLong(past.incarnation().high());
      out.writeLong(past.incarnation().low());
      out.writeLong(past.epoch());
      out.writeLong(past.lastSpaceId());
      out.writeLong(past.unlistedLeaseNanos());
      out.writeInt(past.spaces().size());
      for (KnownSpace space : past.spaces()) {
        out.writeLong(space.id());
        out.writeLong(space.pageSizeBytes());
        out.writeUTF(space.name());
      }
      out.writeInt(past.sessions().size());
      for (KnownSession session : past.sessions()) {
        out.writeLong(session.id().value());
        out.writeByte(ROLES.indexOf(session.role()));
        out.writeLong(session.key().high());
        out.writeLong(session.key().low());
        out.writeLong(session.leaseNanos());
      }
      out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("memory never fails", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a file.
   *
   * @param identity of the file that the bytes were found in
   * @throws BrokenException if it is damaged, or was written as another file
   */
  static Past decode(FileIdentity identity, byte[] bytes) throws BrokenException {
    int length = bytes.length - CHECKSUM_BYTES;
    if (length < 0 || ByteBuffer.wrap(bytes).getLong(length) != checksum(bytes, length)) {
      throw new BrokenException("its checksum is wrong");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
      if (in.readLong() != MARK) {
        throw new BrokenException("it is no control file");
      }
      int version = in.readInt();
      if (version != VERSION) {
        throw new BrokenException("its version is " + version + " (expected: " + VERSION + ")");
      }
      if (!new FileIdentity(in.readLong(), in.readLong()).equals(identity)) {
        throw new BrokenException("it is a copy, perhaps older than what it is a copy of");
      }
      return contents(in);
    } catch (IOException | RuntimeException e) {
      throw new BrokenException("its contents make no sense: " + e);
    }
  }

  private static Past contents(DataInputStream in) throws IOException {
    Incarnation incarnation = new Incarnation(in.readLong(), in.readLong());
    long epoch = in.readLong();
    long lastSpaceId = in.readLong();
    long unlistedLeaseNanos = in.readLong();
    List<KnownSpace> spaces = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      long id = in.readLong();
      long pageSizeBytes = in.readLong();
      spaces.add(new KnownSpace(id, in.readUTF(), pageSizeBytes));
    }
    List<KnownSession> sessions = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      SessionId id = new SessionId(in.readLong());
      SessionRole role = ROLES.get(in.readByte());
      KeyDigest key = new KeyDigest(in.readLong(), in.readLong());
      sessions.add(new KnownSession(id, role, key, in.readLong()));
    }
    return new Past(incarnation, epoch, lastSpaceId, spaces, sessions, unlistedLeaseNanos);
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }
}
