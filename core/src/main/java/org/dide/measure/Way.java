package org.dide.measure;

/**
 * A way to come to answers.
 *
 * @param name what is computed and what was stored
 * @param questions that one run answers
 * @param products that one run multiplies, see {@link Products}
 * @param work one run
 */
record Way(String name, int questions, long products, Timing.Work work) implements Timing.Work {
  @Override
  public void run() throws InterruptedException {
    work.run();
  }
}
