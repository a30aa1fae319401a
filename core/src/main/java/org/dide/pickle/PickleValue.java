package org.dide.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.dide.MemoryBudget;

/**
 * What a pickle holds, as data. Plain values are equal if they are the same; those that hold others
 * are equal only to themselves, and no {@code toString} goes below the value itself: values may be
 * shared and may hold themselves, so that a few bytes can describe more than any walk would end on.
 */
public sealed interface PickleValue {
  /** How many values lie within each other here, as far as was known when they were put in. */
  default int depth() {
    return 0;
  }

  /** {@code None}. */
  enum None implements PickleValue {
    /** The only one. */
    NONE;

    @Override
    public String toString() {
      return "None";
    }
  }

  /** {@code True} or {@code False}. */
  record Bool(boolean value) implements PickleValue {
    @Override
    public String toString() {
      return value ? "True" : "False";
    }
  }

  /** A whole number that fits 64 bits. */
  record Whole(long value) implements PickleValue {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A whole number that does not. */
  record Big(BigInteger value) implements PickleValue {
    @Override
    public String toString() {
      return "a number of %d bits".formatted(value.bitLength());
    }
  }

  /** A {@code float}. */
  record Real(double value) implements PickleValue {
    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /** A {@code str}, or a Python 2 {@code str} in UTF-8. */
  record Text(String value) implements PickleValue {
    @Override
    public String toString() {
      return shown(value);
    }
  }

  /** A name of something in a module. It is no more than that name. */
  record Global(String module, String name) implements PickleValue {
    /** {@code torch.FloatStorage}. */
    public String qualified() {
      return module + "." + name;
    }

    @Override
    public String toString() {
      return shown(qualified());
    }
  }

  /** {@code bytes}, a {@code bytearray}, or a Python 2 {@code str} that is no UTF-8. */
  final class Bytes implements PickleValue {
    private final byte[] value;

    Bytes(byte[] value) {
      this.value = value;
    }

    /** A copy of them. */
    public byte[] value() {
      return value.clone();
    }

    @Override
    public String toString() {
      return value.length + " bytes";
    }
  }

  /** A list, tuple or set. */
  final class Sequence implements PickleValue {
    /** What a sequence is in Python. */
    public enum Kind {
      /** {@code list}. */
      LIST,
      /** {@code tuple}. */
      TUPLE,
      /** {@code set}. */
      SET,
      /** {@code frozenset}. */
      FROZENSET
    }

    private final Kind kind;
    private PickleValue[] items;
    private int size;
    private int depth;

    Sequence(Kind kind, PickleValue[] items) {
      this.kind = kind;
      this.items = items;
      this.size = items.length;
      for (PickleValue item : items) {
        depth = Math.max(depth, item.depth() + 1);
      }
    }

    /** What it is. */
    public Kind kind() {
      return kind;
    }

    /** How many items it has. */
    public int size() {
      return size;
    }

    /** An item, counted from 0. */
    public PickleValue get(int index) {
      return items[Objects.checkIndex(index, size)];
    }

    /** The items; the list cannot be changed. */
    public List<PickleValue> items() {
      return Collections.unmodifiableList(Arrays.asList(items).subList(0, size));
    }

    @Override
    public int depth() {
      return depth;
    }

    void add(PickleValue item, MemoryBudget budget) {
      if (size == items.length) {
        int capacity = Math.max(4, 2 * size);
        budget.charge(MemoryBudget.ARRAY + (long) MemoryBudget.REFERENCE * capacity);
        items = Arrays.copyOf(items, capacity);
      }
      items[size++] = item;
      depth = Math.max(depth, item.depth() + 1);
    }

    @Override
    public String toString() {
      return "a %s of %d".formatted(kind.name().toLowerCase(Locale.ROOT), size);
    }
  }

  /**
   * A dictionary. Entries whose key is a text, and all others; both in the pickle's order. No text
   * is a key twice.
   */
  final class Dict implements PickleValue {
    /** A linked node, once more as a tree's where hashes collide, and its share of the table. */
    private static final int ENTRY = 128;

    private final Map<String, PickleValue> texts = new LinkedHashMap<>(0);
    private final List<Map.Entry<PickleValue, PickleValue>> others = new ArrayList<>(0);
    private int depth;

    Dict() {}

    /** The value of a key. */
    public Optional<PickleValue> get(String key) {
      return Optional.ofNullable(texts.get(key));
    }

    /** The entries whose key is a text, in the pickle's order; the map cannot be changed. */
    public Map<String, PickleValue> texts() {
      return Collections.unmodifiableMap(texts);
    }

    /** The other entries, in the pickle's order; equal keys are not told apart. */
    public List<Map.Entry<PickleValue, PickleValue>> others() {
      return Collections.unmodifiableList(others);
    }

    /** How many entries it has. */
    public int size() {
      return texts.size() + others.size();
    }

    @Override
    public int depth() {
      return depth;
    }

    /** Adds an entry; false if the key is a text that is there already. */
    boolean put(PickleValue key, PickleValue value, MemoryBudget budget) {
      budget.charge(ENTRY);
      depth = Math.max(depth, Math.max(key.depth(), value.depth()) + 1);
      if (key instanceof Text text) {
        return texts.putIfAbsent(text.value(), value) == null;
      }
      others.add(Map.entry(key, value));
      return true;
    }

    @Override
    public String toString() {
      return "a dict of " + size();
    }
  }

  /**
   * What a call would have made: the callee's name and what it would have been given. Nothing was
   * called.
   */
  final class Made implements PickleValue {
    private final Global callee;
    private final Sequence arguments;
    private Optional<PickleValue> state = Optional.empty();
    private Optional<Dict> items = Optional.empty();
    private int depth;

    Made(Global callee, Sequence arguments) {
      this.callee = callee;
      this.arguments = arguments;
      this.depth = arguments.depth() + 1;
    }

    /** What would have been called. */
    public Global callee() {
      return callee;
    }

    /** With which arguments, a tuple. */
    public Sequence arguments() {
      return arguments;
    }

    /** The state that it would have been given afterwards. */
    public Optional<PickleValue> state() {
      return state;
    }

    /** The entries that would have been set in it afterwards, as in a dictionary. */
    public Optional<Dict> items() {
      return items;
    }

    @Override
    public int depth() {
      return items.isPresent() ? Math.max(depth, items.get().depth()) : depth;
    }

    void build(PickleValue value) {
      state = Optional.of(value);
      depth = Math.max(depth, value.depth() + 1);
    }

    Dict itemsToFill() {
      if (items.isEmpty()) {
        items = Optional.of(new Dict());
      }
      return items.get();
    }

    @Override
    public String toString() {
      return "what %s gave".formatted(callee);
    }
  }

  /** Something that lies outside the pickle, by its name there. */
  record Persistent(PickleValue id) implements PickleValue {
    @Override
    public int depth() {
      return id.depth() + 1;
    }

    @Override
    public String toString() {
      boolean named = id instanceof Sequence parts && parts.size() > 1;
      return named && ((Sequence) id).get(1) instanceof Global type
          ? "a reference to a " + type
          : "a reference to " + (id instanceof Persistent ? "another" : id);
    }
  }

  /** A text as an error shows it: in quotes, short, without control characters. */
  static String shown(String text) {
    int longest = 80;
    String start = text.length() > longest ? text.substring(0, longest) + "…" : text;
    return "'" + start.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
