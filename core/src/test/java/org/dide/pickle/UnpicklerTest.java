package org.dide.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dide.pickle.PickleWriter.ascii;
import static org.dide.pickle.PickleWriter.bytes;
import static org.dide.pickle.PickleWriter.call;
import static org.dide.pickle.PickleWriter.dict;
import static org.dide.pickle.PickleWriter.global;
import static org.dide.pickle.PickleWriter.join;
import static org.dide.pickle.PickleWriter.list;
import static org.dide.pickle.PickleWriter.little;
import static org.dide.pickle.PickleWriter.none;
import static org.dide.pickle.PickleWriter.pickle;
import static org.dide.pickle.PickleWriter.repeat;
import static org.dide.pickle.PickleWriter.text;
import static org.dide.pickle.PickleWriter.tuple;
import static org.dide.pickle.PickleWriter.whole;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.PickleValue.Big;
import org.dide.pickle.PickleValue.Bool;
import org.dide.pickle.PickleValue.Bytes;
import org.dide.pickle.PickleValue.Dict;
import org.dide.pickle.PickleValue.Global;
import org.dide.pickle.PickleValue.Made;
import org.dide.pickle.PickleValue.None;
import org.dide.pickle.PickleValue.Real;
import org.dide.pickle.PickleValue.Sequence;
import org.dide.pickle.PickleValue.Text;
import org.dide.pickle.PickleValue.Whole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class UnpicklerTest {
  private static final Set<String> CALLABLE = Set.of("collections.OrderedDict", "a.Known");

  static Stream<Arguments> plain() {
    return Stream.of(
        arguments(none(), None.NONE),
        arguments(bytes(0x88), new Bool(true)),
        arguments(bytes(0x89), new Bool(false)),
        arguments(bytes('K', 200), new Whole(200)),
        arguments(bytes('M', 1, 2), new Whole(513)),
        arguments(whole(-7), new Whole(-7)),
        arguments(bytes(0x8a, 0), new Whole(0)),
        arguments(bytes(0x8a, 1, 0xff), new Whole(-1)),
        arguments(whole(Long.MIN_VALUE), new Whole(Long.MIN_VALUE)),
        arguments(
            join(bytes(0x8a, 9), little(8, 0), bytes(1)), new Big(BigInteger.ONE.shiftLeft(64))),
        arguments(join(bytes(0x8b), little(4, 2), bytes(0, 1)), new Whole(256)),
        arguments(bytes('G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), new Real(1.5)),
        arguments(text("größe"), new Text("größe")),
        arguments(bytes(0x8c, 1, 'a'), new Text("a")),
        arguments(join(bytes(0x8d), little(8, 1), ascii("a")), new Text("a")),
        arguments(bytes('U', 1, 'a'), new Text("a")),
        arguments(global("posix", "system"), new Global("posix", "system")),
        arguments(join(text("a.b"), text("C"), bytes(0x93)), new Global("a.b", "C")));
  }

  @ParameterizedTest
  @MethodSource("plain")
  void readsPlainValues(byte[] opcodes, PickleValue value) {
    assertThat(read(pickle(opcodes))).isEqualTo(value);
  }

  @Test
  void readsBytes() {
    assertThat(((Bytes) read(pickle(bytes('C', 2, 0, 255)))).value()).containsExactly(0, 255);
    assertThat(((Bytes) read(pickle(bytes('U', 1, 255)))).value()).containsExactly(255);
  }

  @Test
  void readsWhatHoldsOthers() {
    Dict dict =
        (Dict)
            read(
                pickle(
                    dict(
                        text("list"),
                        list(whole(1), whole(2)),
                        text("tuple"),
                        tuple(none()),
                        global("some", "Class"),
                        text("x"))));
    assertThat(dict.texts().keySet()).containsExactly("list", "tuple");
    Sequence list = (Sequence) dict.get("list").orElseThrow();
    assertThat(list.kind()).isEqualTo(Sequence.Kind.LIST);
    assertThat(list.items()).containsExactly(new Whole(1), new Whole(2));
    assertThat(dict.others())
        .containsExactly(Map.entry(new Global("some", "Class"), new Text("x")));
    assertThat(dict).hasToString("a dict of 3");
  }

  @Test
  void keepsKnownCallsAsTheirParts() {
    byte[] known = global("a", "Known");
    Made made =
        (Made) read(pickle(join(call(known, whole(3)), dict(text("s"), none()), ascii("b"))));
    assertThat(made.callee()).isEqualTo(new Global("a", "Known"));
    assertThat(made.arguments().items()).containsExactly(new Whole(3));
    assertThat(((Dict) made.state().orElseThrow()).get("s")).contains(None.NONE);
    Made ordered =
        (Made)
            read(
                pickle(
                    join(
                        call(global("collections", "OrderedDict")),
                        text("k"),
                        whole(1),
                        ascii("s"))));
    assertThat(ordered.items().orElseThrow().get("k")).contains(new Whole(1));
  }

  @Test
  void recallsWhatWasRemembered() {
    Sequence twice =
        (Sequence) read(pickle(tuple(text("a"), bytes('q', 0), text("b"), bytes('h', 0))));
    assertThat(twice.items()).containsExactly(new Text("a"), new Text("b"), new Text("a"));
    byte[] four = join(bytes(0x80, 4, 0x95), little(8, 8));
    byte[] body = join(bytes(0x8c, 1, 'a', 0x94, 'h', 0, 0x86), ascii("."));
    assertThat(((Sequence) read(join(four, body))).items())
        .containsExactly(new Text("a"), new Text("a"));
  }

  @Test
  void readsOneOfSeveral() {
    byte[] both = join(pickle(whole(1)), pickle(whole(2)));
    Pickle first = Unpickler.read(input(both, 0), CALLABLE, new MemoryBudget("file", 10));
    Pickle second =
        Unpickler.read(input(both, first.end()), CALLABLE, new MemoryBudget("file", 10));
    assertThat(List.of(first.value(), second.value())).containsExactly(new Whole(1), new Whole(2));
    assertThat(second.end()).isEqualTo(both.length);
  }

  /** Sharing that would be 2^100 values if it were walked, and a list that holds itself. */
  @Test
  @Timeout(5)
  void isNotWalkedWhereItIsShared() {
    byte[] doubled = join(bytes(')'), repeat(100, bytes('q', 0, 'h', 0, 0x86)));
    PickleValue value = read(pickle(doubled));
    assertThat(value).hasToString("a tuple of 2").isEqualTo(value);
    assertThat(value.hashCode()).isEqualTo(value.hashCode());
    assertThat(value.equals(read(pickle(doubled)))).isFalse();
    Sequence itself = (Sequence) read(pickle(bytes(']', 'q', 0, 'h', 0, 'a')));
    assertThat(itself).hasToString("a list of 1");
    assertThat(itself.get(0)).isSameAs(itself);
  }

  static Stream<Arguments> refused() {
    byte[] huge = little(4, 0xffff_ffffL);
    byte[] known = global("a", "Known");
    return Stream.of(
        arguments(call(global("os", "system"), text("id")), "REDUCE: calls 'os.system'"),
        arguments(
            join(text("builtins"), text("eval"), bytes(0x93), tuple(text("1")), ascii("R")),
            "REDUCE: calls 'builtins.eval'"),
        arguments(
            call(call(global("builtins", "getattr"), global("os", "path"), text("x"))),
            "calls 'builtins.getattr'"),
        arguments(call(call(known)), "REDUCE: calls what 'a.Known' gave"),
        arguments(call(text("os.system")), "REDUCE: calls 'os.system'"),
        arguments(join(global("a", "B"), tuple(), bytes(0x81)), "NEWOBJ: calls 'a.B'"),
        arguments(join(global("a", "B"), tuple(), dict(), bytes(0x92)), "NEWOBJ_EX: calls 'a.B'"),
        arguments(ascii("(ia\nB\n"), "INST: calls 'a.B'"),
        arguments(join(ascii("("), global("a", "B"), ascii("o")), "OBJ: calls 'a.B'"),
        arguments(join(global("a", "B"), dict(), ascii("b")), "BUILD: sets the state of 'a.B'"),
        arguments(join(dict(), dict(), ascii("b")), "BUILD: sets the state of a dict of 0"),
        arguments(join(known, list(), ascii("R")), "found a list of 0 as the arguments"),
        arguments(bytes(0x82, 1), "opcode EXT1 is refused"),
        arguments(ascii("Pid\n"), "opcode PERSID is refused"),
        arguments(ascii("I1\n"), "opcode INT is refused"),
        arguments(join(none(), ascii("2")), "opcode DUP is refused"),
        arguments(bytes(0x97), "opcode NEXT_BUFFER is refused"),
        arguments(bytes(0xff), "found 255, no opcode"),
        arguments(bytes(0x80, 2), "PROTO: found protocol 2"),
        arguments(
            join(bytes(0x95), little(8, -1)), "FRAME: found a length of 18446744073709551615"),
        arguments(join(ascii("X"), huge), "BINUNICODE: found a length of 4294967295"),
        arguments(join(bytes(0x8d), little(8, -1)), "BINUNICODE8: found a length of 184467440737"),
        arguments(join(ascii("T"), huge), "BINSTRING: found a length of 18446744073709551615"),
        arguments(join(bytes(0x8b), huge), "LONG4: found a length of 18446744073709551615"),
        arguments(bytes('X', 1, 0, 0, 0, 0xff), "found a text that is not UTF-8"),
        arguments(join(none(), ascii("r"), huge), "found memo 4294967295, allowed is at most 3"),
        arguments(join(ascii("j"), huge), "found no value of memo 4294967295"),
        arguments(bytes('h', 0), "found no value of memo 0"),
        arguments(ascii("t"), "found no MARK for it"),
        arguments(bytes(0x86), "found too few values"),
        arguments(join(none(), ascii("("), bytes(0x85)), "found too few values"),
        arguments(ascii("a"), "found too few values"),
        arguments(join(none(), none()), "STOP: found 2 values"),
        arguments(join(none(), ascii("(")), "STOP: found 1 values and 1 marks"),
        arguments(join(none(), none(), ascii("a")), "APPEND: found None, allowed is a LIST"),
        arguments(ascii("}(Nu"), "SETITEMS: found a key without a value"),
        arguments(join(list(), none(), none(), ascii("s")), "SETITEM: found a list of 0"),
        arguments(join(dict(), list(), none(), ascii("s")), "SETITEM: found a list of 0 as a key"),
        arguments(dict(text("a"), none(), text("a"), none()), "SETITEMS: found the key 'a' twice"),
        arguments(bytes('c', 'a', 27, '\n'), "found a name with byte 27 after 1 characters"),
        arguments(ascii("c" + "a".repeat(2000) + "\n"), "after 1024 characters"),
        arguments(join(none(), none(), bytes(0x93)), "STACK_GLOBAL: found None and None"),
        arguments(repeat(1_000_000, ascii("]")), "nested deeper than any checkpoint"),
        arguments(join(none(), repeat(1000, bytes(0x85))), "nested deeper than any checkpoint"),
        arguments(
            join(bytes(')'), repeat(1000, bytes('q', 0, 'h', 0, 0x86))),
            "nested deeper than any checkpoint"),
        arguments(repeat(1_000_000, ascii("(")), "found more than 65536 marks"),
        arguments(
            join(ascii("]"), repeat(100, join(ascii("("), repeat(20_000, ascii("}")), ascii("e")))),
            "takes more than"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  @Timeout(5)
  void refuses(byte[] opcodes, String message) {
    assertThatThrownBy(() -> read(pickle(opcodes)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("file")
        .hasMessageContaining(message);
  }

  @Test
  void saysWhereAPickleEnds() {
    byte[] whole = pickle(dict(text("a"), tuple(whole(1), text("größe"))));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void showsNoControlCharacters() {
    assertThatThrownBy(() -> read(pickle(call(text("\u001b[2J" + "x".repeat(500))))))
        .hasMessageContaining("calls '?[2Jxxx")
        .satisfies(problem -> assertThat(problem.getMessage()).hasSizeLessThan(300));
  }

  private static PickleValue read(byte[] pickle) {
    return Unpickler.read(input(pickle, 0), CALLABLE, new MemoryBudget("file", pickle.length))
        .value();
  }

  private static PickleInput input(byte[] bytes, long start) {
    return new PickleInput(
        "file",
        (ByteBuffer target, long position) -> {
          if (position >= bytes.length) {
            return -1;
          }
          int count = (int) Math.min(target.remaining(), bytes.length - position);
          target.put(bytes, (int) position, count);
          return count;
        },
        start,
        bytes.length);
  }
}
