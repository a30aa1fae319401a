package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InOrderTest {
  @Test
  void handsOnInOrderWhateverIsDoneFirst() throws InterruptedException {
    List<Integer> results = new ArrayList<>();
    CountDownLatch second = new CountDownLatch(1);
    try (InOrder<Integer> work = new InOrder<>("test", 2, 8, results::add)) {
      work.submit(
          () -> {
            second.await();
            return 1;
          });
      work.submit(
          () -> {
            second.countDown();
            return 2;
          });
      for (int i = 3; i <= 100; i++) {
        int number = i;
        work.submit(() -> number);
      }
      work.finish();
    }
    assertThat(results).isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
  }

  @Test
  void neverRunsFurtherAheadThanAllowed() throws InterruptedException {
    AtomicInteger given = new AtomicInteger();
    AtomicInteger handedOn = new AtomicInteger();
    try (InOrder<Integer> work =
        new InOrder<>("test", 3, 5, result -> handedOn.incrementAndGet())) {
      for (int i = 0; i < 50; i++) {
        work.submit(given::incrementAndGet);
        assertThat(i + 1 - handedOn.get()).isLessThanOrEqualTo(5);
      }
      work.finish();
    }
    assertThat(handedOn).hasValue(50);
  }

  @Test
  void throwsWhatTheWorkThrew() {
    assertThatThrownBy(
            () -> {
              try (InOrder<Integer> work = new InOrder<>("test", 1, 2, result -> {})) {
                work.submit(
                    () -> {
                      throw new InputException("broken");
                    });
                work.finish();
              }
            })
        .isInstanceOf(InputException.class)
        .hasMessage("broken");
  }

  @Test
  void waitsForWorkUnderWayWhenItIsGivenUp() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    try (InOrder<Integer> work = new InOrder<>("test", 1, 2, result -> {})) {
      work.submit(
          () -> {
            begun.countDown();
            long until = System.nanoTime() + 100_000_000;
            while (System.nanoTime() < until) {
              Thread.onSpinWait(); // as the engine, it hears no interrupt
            }
            ended.set(true);
            return 0;
          });
      begun.await();
    }
    assertThat(ended).isTrue();
  }
}
