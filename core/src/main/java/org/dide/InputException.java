package org.dide;

/**
 * Something the user gave cannot be used: a file, a field, a record, a setting.
 *
 * <p>The message is the whole story for the person who gave it: what was looked at, what was found
 * and what is allowed. The command line prints it as it is and exits with 1.
 */
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Reports unusable input. */
  public InputException(String message) {
    super(message);
  }

  /** Reports unusable input that another failure brought to light. */
  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
