package io.svmcoord.server.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the texts of all keys from flags, environment and file. */
final class ConfigSources {
  private static final String VARIABLE_PREFIX = "SVM_";
  private static final String FLAG_PREFIX = "--";

  /**
   * Variables of the product that are no keys: the launcher's Java home and options, and the
   * configuration file.
   */
  private static final List<String> OTHER_VARIABLES =
      List.of("SVM_JAVA_HOME", "SVM_JAVA_OPTS", "SVM_CONFIG");

  /** What Kubernetes sets in every container of a namespace with a service named svm-something. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("SVM_.*(_SERVICE_HOST|_SERVICE_PORT|_SERVICE_PORT_.*|_PORT|_PORT_\\d+_.*)");

  private final List<String> flags;
  private final Map<String, String> environment;
  private final @Nullable Path file;

  ConfigSources(List<String> flags, Map<String, String> environment, @Nullable Path file) {
    this.flags = flags;
    this.environment = environment;
    this.file = file;
  }

  ServerConfig read() {
    Map<String, String> texts = new LinkedHashMap<>();
    if (file != null) {
      readFile(file, texts);
    }
    readEnvironment(texts);
    for (String flag : flags) {
      readFlag(flag, texts);
    }
    return ServerConfig.of(texts);
  }

  private static void readFile(Path file, Map<String, String> texts) {
    JsonNode tree;
    try {
      tree = new YAMLMapper().readTree(file.toFile());
    } catch (JacksonException e) {
      throw new ConfigException("%s: not YAML: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ConfigException("%s: can't be read: %s".formatted(file, e.getMessage()), e);
    }
    flatten("", tree, file.toString(), texts);
  }

  /** Sections are joined to their keys by dots; {@code session.ttl-min: 1s} may also be written. */
  private static void flatten(
      String prefix, JsonNode node, String source, Map<String, String> texts) {
    if (node.isMissingNode() || (node.isNull() && prefix.isEmpty())) {
      return;
    }
    if (node.isObject()) {
      node.properties()
          .forEach(
              entry ->
                  flatten(
                      prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
                      entry.getValue(),
                      source,
                      texts));
      return;
    }
    if (!node.isValueNode() || prefix.isEmpty()) {
      throw new ConfigException("%s: no mapping of keys to values: %s".formatted(source, prefix));
    }
    set(prefix, node.asText(), source, texts);
  }

  private void readEnvironment(Map<String, String> texts) {
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (!name.startsWith(VARIABLE_PREFIX)
          || OTHER_VARIABLES.contains(name)
          || SERVICE_LINK.matcher(name).matches()) {
        continue;
      }
      ConfigKey<?> key =
          ConfigKeys.ALL.stream()
              .filter(candidate -> candidate.variable().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "%s: unknown variable (expected: %s?)"
                              .formatted(
                                  name,
                                  NearestName.of(
                                      name,
                                      ConfigKeys.ALL.stream().map(ConfigKey::variable).toList()))));
      set(key.name(), variable.getValue(), name, texts);
    }
  }

  private static void readFlag(String flag, Map<String, String> texts) {
    int equals = flag.indexOf('=');
    if (!flag.startsWith(FLAG_PREFIX) || equals < 0) {
      throw new ConfigException("%s: no flag (expected: --key=value)".formatted(flag));
    }
    set(flag.substring(2, equals), flag.substring(equals + 1), "flag", texts);
  }

  /** Checks the value at once, so that the message can say where it is from. */
  private static void set(String name, String text, String source, Map<String, String> texts) {
    known(name, source);
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      if (key.name().equals(name)) {
        key.parse(text, source);
      }
    }
    texts.put(name, text);
  }

  /**
   * The name itself if it is a key's.
   *
   * @throws ConfigException naming the nearest key, if not
   */
  static String known(String name, String source) {
    List<String> names = ConfigKeys.ALL.stream().map(ConfigKey::name).toList();
    if (!names.contains(name)) {
      throw new ConfigException(
          "%s: unknown key (expected: %s?) from %s"
              .formatted(name, NearestName.of(name, names), source));
    }
    return name;
  }
}
