package io.svmcoord.loadtest.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON as this program writes it: one line for each value, names in snake_case, every field always
 * present. Thread-safe.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** The value, a record say, on one line without an end of line. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON for " + value.getClass().getName(), e);
    }
  }

  /**
   * Reads a value that {@link #line} wrote; fields that the type does not know are skipped.
   *
   * @throws IllegalArgumentException when the line is no JSON of that type
   */
  public static <T> T read(String line, Class<T> type) {
    try {
      return MAPPER.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "line: " + line + " (expected: JSON of " + type.getSimpleName() + ")", e);
    }
  }

  /**
   * Reads a value that was parsed already.
   *
   * @throws IllegalArgumentException when it is no JSON of that type
   */
  public static <T> T read(JsonNode node, Class<T> type) {
    try {
      return MAPPER.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "line: " + node + " (expected: JSON of " + type.getSimpleName() + ")", e);
    }
  }

  /**
   * Reads any JSON.
   *
   * @throws IllegalArgumentException when the line is no JSON
   */
  public static JsonNode tree(String line) {
    return read(line, JsonNode.class);
  }
}
