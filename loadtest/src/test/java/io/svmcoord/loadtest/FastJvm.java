package io.svmcoord.loadtest;

import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.Launch;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * JVMs for tests that start many and measure none: those of {@link Launch#SMALL}, which also map
 * svm's classes from an archive (JEP 350) instead of reading and verifying them one by one. What
 * svm does there is the same; where the JVM can't use the archive it does without.
 */
public final class FastJvm {
  private static final Path DIRECTORY = Path.of("target", "fast-jvm").toAbsolutePath();

  /** What the JVM has to say of archives it says where a line of JSON is expected. */
  private static final String SILENT = "-Xlog:disable";

  private static final Duration LEARNT_MAX = Duration.ofMinutes(2);

  private FastJvm() {}

  /** What the first who asks makes for all. */
  private static final class Made {
    static final Launch LAUNCH = make();
  }

  /** {@code svm} in such a JVM. Blocks for seconds the first time. */
  public static Launch launch() {
    return Made.LAUNCH;
  }

  private static Launch make() {
    try {
      Path archive = Files.createDirectories(DIRECTORY).resolve("classes.jsa");
      Files.deleteIfExists(archive);
      Launch small = Launch.SMALL.withEnvironment(Map.of("CLASSPATH", jars()));
      learn(with(small, "-XX:ArchiveClassesAtExit=" + archive, SILENT));
      return Files.exists(archive)
          ? with(small, "-XX:SharedArchiveFile=" + archive, SILENT)
          : small;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Launch with(Launch launch, String... options) {
    List<String> all = new ArrayList<>(launch.jvmOptions());
    all.addAll(List.of(options));
    return launch.withJvmOptions(all.toArray(String[]::new));
  }

  private static void learn(Launch launch) {
    try (ChildProcess learner =
        ChildProcess.start("learner", launch.withMain(Learner.class), List.of(), line -> {})) {
      learner.ended().orTimeout(LEARNT_MAX.toMillis(), TimeUnit.MILLISECONDS).join();
    }
  }

  /** Has every class that a role needs. */
  static final class Learner {
    public static void main(String[] arguments) {
      PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
      System.exit(
          SvmCommand.run(
              nowhere,
              nowhere,
              "demo",
              "--duration=1s",
              "--devices=2",
              "--mappers=1",
              "--pages=64",
              "--admin-port=0",
              "-o=json"));
    }
  }

  /** This class path; of folders the JVM makes no archive. */
  private static String jars() throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      entries.add(
          Files.isDirectory(path)
              ? jar(path, DIRECTORY.resolve(entries.size() + ".jar")).toString()
              : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static Path jar(Path folder, Path jar) throws IOException {
    try (Stream<Path> walk = Files.walk(folder);
        OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
      for (Path each : files) {
        out.putNextEntry(new JarEntry(folder.relativize(each).toString()));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
