package org.dide.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubServerTest {
  private static final HubServer SECURE = HubServer.of("https://hub.example/", Optional.of("t0k"));
  private static final HubServer PLAIN =
      HubServer.of("http://hub.example/mirror", Optional.empty());

  @Test
  void makesAddresses() {
    HubName name = HubName.parse("a/b@refs/pr/1");
    assertThat(SECURE.listing(name))
        .hasToString("https://hub.example/api/models/a/b/revision/refs%2Fpr%2F1");
    assertThat(PLAIN.file(name, "c0", "config.json"))
        .hasToString("http://hub.example/mirror/a/b/resolve/c0/config.json");
  }

  @Test
  void doesNotShowTheToken() {
    assertThat(SECURE.toString()).contains("hub.example").doesNotContain("t0k");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hub.example",
        "//hub.example",
        "ftp://hub.example",
        "file:///x",
        "https://",
        "https://me:secret@hub.example",
        "https://hub.example?x",
        "https://hub.example#x",
        "https://hub example",
      })
  void refusesOtherAddresses(String address) {
    assertThatThrownBy(() -> HubServer.of(address, Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("hub address: found '")
        .hasMessageContaining("allowed is http:// or https://")
        .hasMessageNotContaining("secret@");
  }

  @Test
  void sendsNoTokenWhereOthersCouldReadIt() {
    assertThatThrownBy(() -> HubServer.of("http://hub.example", Optional.of("t0k")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed is https")
        .hasMessageNotContaining("t0k");
    assertThatThrownBy(() -> HubServer.of("https://hub.example", Optional.of("t0k\r\nX: y")))
        .isInstanceOf(InputException.class)
        .hasMessageNotContaining("t0k");
  }

  @ParameterizedTest
  @CsvSource({
    "https://hub.example/x, true",
    "https://HUB.example:443/x, true",
    "http://hub.example/x, false",
    "https://hub.example:8443/x, false",
    "https://hub.example.org/x, false",
    "https://sub.hub.example/x, false",
  })
  void knowsItsOwn(String address, boolean own) {
    assertThat(SECURE.owns(URI.create(address))).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    "/new/place, https://hub.example/new/place",
    "https://store.example/x?y, https://store.example/x?y",
    "//store.example/x, https://store.example/x",
  })
  void followsRedirects(String location, String expected) {
    URI from = URI.create("https://hub.example/a/b/resolve/c/config.json");
    assertThat(SECURE.redirected(from, location)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://store.example/x?secret=1",
        "http://hub.example/x",
        "file:///etc/passwd",
        "https://me:pw@store.example/",
        "ftp://store.example/",
        "not an address",
        "mailto:x@y",
      })
  void refusesRedirectsOutOfHttps(String location) {
    URI from = URI.create("https://hub.example/a");
    assertThatThrownBy(() -> SECURE.redirected(from, location))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("https://hub.example/a: redirects to '")
        .hasMessageContaining("allowed is https")
        .hasMessageNotContaining("secret");
  }

  @Test
  void followsFromHttpToBoth() {
    URI from = URI.create("http://hub.example/a");
    assertThat(PLAIN.redirected(from, "http://store.example/x")).hasHost("store.example");
    assertThat(PLAIN.redirected(from, "https://store.example/x")).hasHost("store.example");
  }
}
