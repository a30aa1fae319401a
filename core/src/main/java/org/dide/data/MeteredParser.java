package org.dide.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import org.dide.MemoryBudget;

/**
 * Charges what a tree of JSON, and what is made of it, takes for each token before the tree has it:
 * a file of empty lists would else cost dozens of times its size.
 */
final class MeteredParser extends JsonParserDelegate {
  private static final int OBJECT = 500;
  private static final int LIST = 200;
  private static final int FIELD = 320;
  private static final int VALUE = 80;
  private static final int CHARACTER = 4;

  private final MemoryBudget budget;

  MeteredParser(JsonParser parser, MemoryBudget budget) {
    super(parser);
    this.budget = budget;
  }

  @Override
  public JsonToken nextToken() throws IOException {
    JsonToken token = super.nextToken();
    if (token != null) {
      budget.charge(cost(token));
    }
    return token;
  }

  private long cost(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> OBJECT;
      case START_ARRAY -> LIST;
      case FIELD_NAME -> FIELD + (long) CHARACTER * getTextLength();
      case END_OBJECT, END_ARRAY -> 0;
      default -> VALUE + (long) CHARACTER * getTextLength();
    };
  }
}
