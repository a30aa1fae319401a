package org.dide.demo;

import java.time.Duration;

/** Hears how the demo goes, on the demo's thread. */
public interface DemoListener {
  /** Hears nothing. */
  DemoListener NONE =
      new DemoListener() {
        @Override
        public void progress(Progress now) {}

        @Override
        public void message(String text) {}
      };

  /**
   * Where the demo stands.
   *
   * @param part number of the part at work, from 1
   * @param parts how many there are
   * @param what the part does
   * @param done fraction of the part
   * @param left estimated time to the end of the demo
   */
  record Progress(int part, int parts, String what, double done, Duration left) {}

  /** Something is done; called often. */
  void progress(Progress now);

  /** A result that a person may want to see at once, in one line. */
  void message(String text);
}
