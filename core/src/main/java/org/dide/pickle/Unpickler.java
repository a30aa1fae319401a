package org.dide.pickle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.dide.MemoryBudget.ARRAY;
import static org.dide.MemoryBudget.OBJECT;
import static org.dide.MemoryBudget.REFERENCE;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.PickleValue.Big;
import org.dide.pickle.PickleValue.Bool;
import org.dide.pickle.PickleValue.Bytes;
import org.dide.pickle.PickleValue.Dict;
import org.dide.pickle.PickleValue.Global;
import org.dide.pickle.PickleValue.Made;
import org.dide.pickle.PickleValue.None;
import org.dide.pickle.PickleValue.Persistent;
import org.dide.pickle.PickleValue.Real;
import org.dide.pickle.PickleValue.Sequence;
import org.dide.pickle.PickleValue.Sequence.Kind;
import org.dide.pickle.PickleValue.Text;
import org.dide.pickle.PickleValue.Whole;

/**
 * Reads a pickle as data, after the opcodes' descriptions in Python's {@code pickletools}.
 *
 * <p>A pickle is a program for a stack machine: opcodes push values, put them into others, and call
 * what modules hold. Here nothing is looked up and nothing called. A name ({@code GLOBAL}) is a
 * name; a call ({@code REDUCE}, {@code NEWOBJ}) of a name that the reader of the file knows is kept
 * as that name and its arguments; any other call is refused.
 *
 * <p>Opcodes are those of protocols 2 to 5 that checkpoints use. Refused are the text opcodes of
 * protocol 0, extensions, buffers outside the pickle, and what only hand-made pickles do ({@code
 * POP}, {@code DUP}, {@code OBJ}, {@code INST}). Besides what memory allows ({@link MemoryBudget}),
 * a pickle has at most {@value #MAXIMUM_OPCODES} opcodes, {@value #MAXIMUM_STACK} values on its
 * stack, {@value #MAXIMUM_DEPTH} values within each other, {@value #MAXIMUM_TEXT} bytes in a text
 * or a name's line and {@value #MAXIMUM_TEXTS} in all, and {@value #MAXIMUM_NUMBER} bytes in a
 * whole number.
 */
public final class Unpickler {
  static final int MAXIMUM_OPCODES = 10_000_000;
  static final int MAXIMUM_STACK = 1 << 16;
  static final int MAXIMUM_DEPTH = 128;
  static final int MAXIMUM_TEXT = 1 << 20;
  static final int MAXIMUM_TEXTS = 1 << 26;
  static final int MAXIMUM_NUMBER = 255;
  static final int MAXIMUM_NAME = 1024;

  private static final int HIGHEST_PROTOCOL = 5;
  private static final Bool TRUE = new Bool(true);
  private static final Bool FALSE = new Bool(false);
  private static final Sequence EMPTY = new Sequence(Kind.TUPLE, new PickleValue[0]);
  private static final Whole[] SMALL = small();

  private final PickleInput input;
  private final Set<String> callable;
  private final MemoryBudget budget;
  private final List<Persistent> references = new ArrayList<>();
  private PickleValue[] stack = new PickleValue[64];
  private int height;
  private int[] marks = new int[16];
  private int markCount;
  private PickleValue[] memo = new PickleValue[64];
  private int memoCount;
  private int opcodes;
  private long texts;
  private long at; // where the current opcode stands

  private Unpickler(PickleInput input, Set<String> callable, MemoryBudget budget) {
    this.input = input;
    this.callable = callable;
    this.budget = budget;
  }

  /**
   * Reads one pickle, up to its {@code STOP}.
   *
   * @param callable the names whose calls are kept; all other calls are refused
   * @param budget charged for all that is kept
   * @throws InputException naming place, opcode, what was found and what is allowed
   */
  public static Pickle read(PickleInput input, Set<String> callable, MemoryBudget budget) {
    return new Unpickler(input, callable, budget).run();
  }

  private Pickle run() {
    while (true) {
      at = input.offset();
      if (++opcodes > MAXIMUM_OPCODES) {
        throw problem("found more than %d opcodes".formatted(MAXIMUM_OPCODES));
      }
      int code = input.u1();
      Optional<Opcode> opcode = Opcode.of(code);
      if (opcode.isEmpty()) {
        throw problem("found %d, no opcode".formatted(code));
      }
      if (opcode.get() == Opcode.STOP) {
        return new Pickle(result(), Collections.unmodifiableList(references), input.position());
      }
      step(opcode.get());
    }
  }

  private PickleValue result() {
    if (height != 1 || markCount != 0) {
      throw problem(
          "STOP: found %d values and %d marks, allowed is 1 value".formatted(height, markCount));
    }
    return stack[0];
  }

  private void step(Opcode opcode) {
    switch (opcode) {
      case PROTO -> protocol();
      case FRAME -> frame();
      case NONE -> push(None.NONE);
      case NEWTRUE -> push(TRUE);
      case NEWFALSE -> push(FALSE);
      case BININT -> whole(input.i4());
      case BININT1 -> whole(input.u1());
      case BININT2 -> whole(input.u2());
      case LONG1 -> number(input.u1());
      case LONG4 -> number(length(opcode, input.i4(), MAXIMUM_NUMBER));
      case BINFLOAT -> real(input.f8());
      case BINUNICODE -> push(text(opcode, input.u4()));
      case SHORT_BINUNICODE -> push(text(opcode, input.u1()));
      case BINUNICODE8 -> push(text(opcode, input.i8()));
      case BINSTRING -> push(textOrBytes(opcode, input.i4()));
      case SHORT_BINSTRING -> push(textOrBytes(opcode, input.u1()));
      case BINBYTES -> push(bytes(opcode, input.u4()));
      case SHORT_BINBYTES -> push(bytes(opcode, input.u1()));
      case BINBYTES8, BYTEARRAY8 -> push(bytes(opcode, input.i8()));
      default -> structure(opcode);
    }
  }

  private void structure(Opcode opcode) {
    switch (opcode) {
      case MARK -> mark();
      case EMPTY_LIST -> push(sequence(Kind.LIST, 0));
      case EMPTY_SET -> push(sequence(Kind.SET, 0));
      case EMPTY_TUPLE -> push(EMPTY);
      case EMPTY_DICT -> push(dict());
      case TUPLE -> push(sequence(Kind.TUPLE, unmark()));
      case TUPLE1 -> push(sequence(Kind.TUPLE, 1));
      case TUPLE2 -> push(sequence(Kind.TUPLE, 2));
      case TUPLE3 -> push(sequence(Kind.TUPLE, 3));
      case FROZENSET -> push(sequence(Kind.FROZENSET, unmark()));
      case APPEND -> add(opcode, Kind.LIST, 1);
      case APPENDS -> add(opcode, Kind.LIST, unmark());
      case ADDITEMS -> add(opcode, Kind.SET, unmark());
      case SETITEM -> set(opcode, 2);
      case SETITEMS -> set(opcode, unmark());
      default -> names(opcode);
    }
  }

  private void names(Opcode opcode) {
    switch (opcode) {
      case BINGET -> push(recall(input.u1()));
      case LONG_BINGET -> push(recall(input.u4()));
      case BINPUT -> remember(input.u1());
      case LONG_BINPUT -> remember(input.u4());
      case MEMOIZE -> remember(memoCount);
      case GLOBAL -> push(global());
      case STACK_GLOBAL -> stackGlobal();
      case REDUCE, NEWOBJ -> call(opcode);
      case BUILD -> build();
      case BINPERSID -> reference();
      case INST -> throw refusedCall(opcode, global());
      case OBJ -> throw refusedCall(opcode, peek(unmark()));
      case NEWOBJ_EX -> throw refusedCall(opcode, peek(3));
      default ->
          throw problem(
              "opcode %s is refused, allowed are those of protocols 2 to %d that checkpoints use"
                  .formatted(opcode, HIGHEST_PROTOCOL));
    }
  }

  private void protocol() {
    int version = input.u1();
    if (at != 0 || version > HIGHEST_PROTOCOL) {
      throw problem(
          "PROTO: found protocol %d, allowed is at most %d, at the start"
              .formatted(version, HIGHEST_PROTOCOL));
    }
  }

  // A frame only tells how much may be read ahead.
  private void frame() {
    long length = input.i8();
    if (length < 0 || length > input.left()) {
      throw problem(
          "FRAME: found a length of %s, the file has %d bytes left"
              .formatted(Long.toUnsignedString(length), input.left()));
    }
  }

  private void whole(long value) {
    if (value >= 0 && value < SMALL.length) {
      push(SMALL[(int) value]);
    } else {
      budget.charge(OBJECT);
      push(new Whole(value));
    }
  }

  private void number(int length) {
    budget.charge(2 * length + 4 * OBJECT);
    byte[] bytes = input.bytes(length);
    for (int i = 0; i < length / 2; i++) {
      byte other = bytes[length - 1 - i];
      bytes[length - 1 - i] = bytes[i];
      bytes[i] = other;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    push(value.bitLength() < Long.SIZE ? new Whole(value.longValue()) : new Big(value));
  }

  private void real(double value) {
    budget.charge(OBJECT);
    push(new Real(value));
  }

  private Text text(Opcode opcode, long length) {
    Optional<String> text = decoded(content(opcode, length));
    if (text.isEmpty()) {
      throw problem(opcode + ": found a text that is not UTF-8");
    }
    return new Text(text.get());
  }

  // Python 2 wrote both with the same opcode.
  private PickleValue textOrBytes(Opcode opcode, long length) {
    byte[] bytes = content(opcode, length);
    Optional<String> text = decoded(bytes);
    return text.isPresent() ? new Text(text.get()) : new Bytes(bytes);
  }

  private Bytes bytes(Opcode opcode, long length) {
    return new Bytes(content(opcode, length));
  }

  private byte[] content(Opcode opcode, long found) {
    int length = length(opcode, found, MAXIMUM_TEXT);
    texts += length;
    if (texts > MAXIMUM_TEXTS) {
      throw problem("%s: found more than %d bytes in texts".formatted(opcode, MAXIMUM_TEXTS));
    }
    budget.charge(2 * OBJECT + ARRAY + length);
    return input.bytes(length);
  }

  private int length(Opcode opcode, long found, int allowed) {
    if (found < 0 || found > allowed || found > input.left()) {
      throw problem(
          "%s: found a length of %s, allowed is at most %d; the file has %d bytes left"
              .formatted(opcode, Long.toUnsignedString(found), allowed, input.left()));
    }
    return (int) found;
  }

  private Optional<String> decoded(byte[] bytes) {
    boolean ascii = true;
    for (byte value : bytes) {
      ascii &= value >= 0;
    }
    // What decodes other characters holds the text several times over.
    budget.charge(ascii ? 2 * OBJECT + bytes.length : 16 * OBJECT + 8L * bytes.length);
    if (ascii) {
      return Optional.of(new String(bytes, UTF_8));
    }
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private Global global() {
    return named(line(), line());
  }

  private void stackGlobal() {
    PickleValue name = pop();
    PickleValue module = pop();
    if (!(module instanceof Text moduleText) || !(name instanceof Text nameText)) {
      throw problem("STACK_GLOBAL: found %s and %s, allowed are two texts".formatted(module, name));
    }
    push(named(moduleText.value(), nameText.value()));
  }

  private Global named(String module, String name) {
    budget.charge(OBJECT);
    return new Global(module, name);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int next = input.u1(); next != '\n'; next = input.u1()) {
      if (next < ' ' || next > '~' || line.length() == MAXIMUM_NAME) {
        throw problem(
            "found a name with byte %d after %d characters, allowed are %d printable ones"
                .formatted(next, line.length(), MAXIMUM_NAME));
      }
      line.append((char) next);
    }
    // The builder, as it grew, and the text.
    budget.charge(4 * OBJECT + 5L * line.length());
    return line.toString();
  }

  private void mark() {
    if (markCount == MAXIMUM_STACK) {
      throw problem("MARK: found more than %d marks".formatted(MAXIMUM_STACK));
    }
    if (markCount == marks.length) {
      budget.charge(ARRAY + 2L * Integer.BYTES * markCount);
      marks = Arrays.copyOf(marks, 2 * markCount);
    }
    marks[markCount++] = height;
  }

  /** Removes the topmost mark; how many values lie above it. */
  private int unmark() {
    if (markCount == 0) {
      throw problem("found no MARK for it");
    }
    return height - marks[--markCount];
  }

  private void push(PickleValue value) {
    if (height == MAXIMUM_STACK) {
      throw problem(
          "found more than %d values on the stack: nested deeper than any checkpoint"
              .formatted(MAXIMUM_STACK));
    }
    if (height == stack.length) {
      budget.charge(ARRAY + 2L * REFERENCE * height);
      stack = Arrays.copyOf(stack, 2 * height);
    }
    stack[height++] = value;
  }

  private PickleValue pop() {
    PickleValue top = peek(1);
    height--;
    return top;
  }

  /** The value so many from the top, 1 being the topmost. */
  private PickleValue peek(int place) {
    int floor = markCount == 0 ? 0 : marks[markCount - 1];
    if (place < 1 || height - place < floor) {
      throw problem("found too few values on the stack");
    }
    return stack[height - place];
  }

  private Sequence sequence(Kind kind, int size) {
    if (size > 0) {
      peek(size);
    }
    budget.charge(OBJECT + ARRAY + (long) REFERENCE * size);
    Sequence made = new Sequence(kind, Arrays.copyOfRange(stack, height - size, height));
    height -= size;
    return shallow(made);
  }

  private Dict dict() {
    budget.charge(5 * OBJECT); // with its map and list
    return new Dict();
  }

  private void add(Opcode opcode, Kind kind, int count) {
    PickleValue target = peek(count + 1);
    if (!(target instanceof Sequence sequence) || sequence.kind() != kind) {
      throw problem("%s: found %s, allowed is a %s".formatted(opcode, target, kind));
    }
    for (int place = count; place > 0; place--) {
      sequence.add(peek(place), budget);
    }
    height -= count;
    shallow(sequence);
  }

  private void set(Opcode opcode, int count) {
    if (count % 2 != 0) {
      throw problem("%s: found a key without a value".formatted(opcode));
    }
    PickleValue target = peek(count + 1);
    Dict dict = dictOf(opcode, target);
    for (int place = count; place > 0; place -= 2) {
      PickleValue key = peek(place);
      if (!dict.put(hashable(opcode, key), peek(place - 1), budget)) {
        throw problem("%s: found the key %s twice".formatted(opcode, key));
      }
    }
    height -= count;
    shallow(target);
  }

  private Dict dictOf(Opcode opcode, PickleValue target) {
    if (target instanceof Dict dict) {
      return dict;
    }
    if (target instanceof Made made) {
      budget.charge(6 * OBJECT);
      return made.itemsToFill();
    }
    throw problem("%s: found %s, allowed is a dict".formatted(opcode, target));
  }

  private PickleValue hashable(Opcode opcode, PickleValue key) {
    boolean list = key instanceof Sequence sequence && sequence.kind() == Kind.LIST;
    boolean set = key instanceof Sequence sequence && sequence.kind() == Kind.SET;
    if (list || set || key instanceof Dict) {
      throw problem("%s: found %s as a key".formatted(opcode, key));
    }
    return key;
  }

  private void call(Opcode opcode) {
    PickleValue arguments = peek(1);
    PickleValue callee = peek(2);
    if (!(callee instanceof Global global) || !callable.contains(global.qualified())) {
      throw refusedCall(opcode, callee);
    }
    if (!(arguments instanceof Sequence tuple) || tuple.kind() != Kind.TUPLE) {
      throw problem(
          "%s: found %s as the arguments of %s, allowed is a tuple"
              .formatted(opcode, arguments, callee));
    }
    height -= 2;
    budget.charge(OBJECT);
    push(shallow(new Made(global, tuple)));
  }

  private InputException refusedCall(Opcode opcode, PickleValue callee) {
    return problem(
        "%s: calls %s, which is refused: only calls known to describe plain data are allowed"
            .formatted(opcode, callee));
  }

  private void build() {
    PickleValue state = peek(1);
    PickleValue target = peek(2);
    if (!(target instanceof Made made) || made.state().isPresent()) {
      throw problem(
          "BUILD: sets the state of %s, which is refused; allowed is, once, what a call gave"
              .formatted(target));
    }
    budget.charge(OBJECT);
    made.build(state);
    height--;
    shallow(made);
  }

  private void reference() {
    PickleValue id = pop();
    budget.charge(OBJECT + 4L * REFERENCE); // and its place in the list, as that grows
    Persistent reference = new Persistent(id);
    references.add(reference);
    push(shallow(reference));
  }

  private <V extends PickleValue> V shallow(V value) {
    if (value.depth() > MAXIMUM_DEPTH) {
      throw problem(
          "found more than %d values within each other: nested deeper than any checkpoint"
              .formatted(MAXIMUM_DEPTH));
    }
    return value;
  }

  private PickleValue recall(long index) {
    if (index >= memo.length || memo[(int) index] == null) {
      throw problem("found no value of memo %d".formatted(index));
    }
    return memo[(int) index];
  }

  private void remember(long index) {
    PickleValue value = peek(1);
    // Whoever writes a pickle counts up, so that no place is beyond the bytes that came before.
    if (index > at) {
      throw problem("found memo %d, allowed is at most %d".formatted(index, at));
    }
    if (index >= memo.length) {
      int capacity = (int) Math.min(Math.max(2L * memo.length, index + 1), Integer.MAX_VALUE - 8);
      budget.charge(ARRAY + (long) REFERENCE * capacity);
      memo = Arrays.copyOf(memo, capacity);
    }
    memo[(int) index] = value;
    memoCount = Math.max(memoCount, (int) index + 1);
  }

  private InputException problem(String message) {
    return input.problem(at, message);
  }

  private static Whole[] small() {
    Whole[] small = new Whole[1024];
    Arrays.setAll(small, Whole::new);
    return small;
  }
}
