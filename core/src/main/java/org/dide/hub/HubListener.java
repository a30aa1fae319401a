package org.dide.hub;

/** Hears how a download goes, on the thread that downloads. */
public interface HubListener {
  /** Hears nothing. */
  HubListener NONE =
      new HubListener() {
        @Override
        public void plan(HubPlan plan) {}

        @Override
        public void progress(String file, long done) {}

        @Override
        public void message(String text) {}
      };

  /**
   * What will be fetched, before the first byte of it; an index of parameters' files may have been
   * read to know. What this throws ends the download.
   */
  void plan(HubPlan plan);

  /**
   * Bytes have arrived; called often.
   *
   * @param file the one they belong to
   * @param done bytes of the plan that are here; fewer than before where a file had to start again
   */
  void progress(String file, long done);

  /** Something else a person may want to know, in one line. */
  void message(String text);
}
