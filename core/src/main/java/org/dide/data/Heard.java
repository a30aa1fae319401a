package org.dide.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dide.InputException;

/** Keeps what one of several readers at work side by side has to tell, until it is its turn. */
final class Heard implements ProblemListener {
  private final List<Consumer<ProblemListener>> told = new ArrayList<>();

  @Override
  public void onProblem(InputException problem) {
    told.add(listener -> listener.onProblem(problem));
  }

  @Override
  public void onLeftOut(String what) {
    told.add(listener -> listener.onLeftOut(what));
  }

  @Override
  public void onUnreadable(InputException problem) {
    told.add(listener -> listener.onUnreadable(problem));
  }

  /** Tells it on, in order. */
  void tell(ProblemListener listener) {
    told.forEach(each -> each.accept(listener));
  }
}
