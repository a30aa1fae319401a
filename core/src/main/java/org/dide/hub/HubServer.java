package org.dide.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * Which hub to ask, and as whom. There is no default: whoever downloads says from where.
 *
 * @param base the hub's address, to which its paths are appended
 * @param token shown to that hub alone
 */
public record HubServer(URI base, Optional<String> token) {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final Set<String> OWN_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  /**
   * A hub.
   *
   * @throws InputException if the address is none of http or https, or the token cannot be sent
   *     safely
   */
  public HubServer {
    requireAddress(base);
    if (token.isPresent()) {
      requireToken(base, token.get());
    }
    base = URI.create(base.toString().replaceFirst("/+$", ""));
  }

  /**
   * Reads an address, such as the value of {@code HF_ENDPOINT}.
   *
   * @throws InputException if it is none
   */
  public static HubServer of(String address, Optional<String> token) {
    try {
      return new HubServer(new URI(address), token);
    } catch (URISyntaxException e) {
      throw new InputException(
          "hub address: found '%s', allowed is http:// or https:// and a host"
              .formatted(HubFiles.Shown.of(address)),
          e);
    }
  }

  private static void requireAddress(URI base) {
    if (!isWeb(base)
        || base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw new InputException(
          "hub address: found '%s', allowed is http:// or https://, a host and perhaps a path"
              .formatted(shown(base)));
    }
  }

  private static void requireToken(URI base, String token) {
    if (!TOKEN.matcher(token).matches()) {
      throw new InputException(
          "token: found blanks or characters outside ASCII, allowed are visible ones");
    }
    if (!isSecure(base) && !OWN_MACHINE.contains(base.getHost())) {
      throw new InputException(
          "token: is not sent to %s, where others could read it; allowed is https"
              .formatted(shown(base)));
    }
  }

  /** Where a model's files are listed. */
  URI listing(HubName name) {
    return URI.create(
        "%s/api/models/%s/revision/%s"
            .formatted(
                base,
                name.repository(),
                URLEncoder.encode(name.revision(), StandardCharsets.UTF_8)));
  }

  /** Where a model's file of a commit is. */
  URI file(HubName name, String commit, String file) {
    return URI.create("%s/%s/resolve/%s/%s".formatted(base, name.repository(), commit, file));
  }

  /** Whether an address is this hub's, which may see the token. */
  boolean owns(URI address) {
    return scheme(address).equals(scheme(base))
        && String.valueOf(address.getHost()).equalsIgnoreCase(base.getHost())
        && port(address) == port(base);
  }

  /**
   * Where a redirect leads.
   *
   * @throws InputException if it is no place to follow to
   */
  URI redirected(URI from, String location) {
    try {
      URI to = from.resolve(new URI(location));
      if (isWeb(to) && to.getRawUserInfo() == null && (isSecure(to) || !isSecure(base))) {
        return to;
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw new InputException(
        "%s: redirects to '%s', allowed is %s"
            .formatted(
                shown(from),
                HubFiles.Shown.of(location.replaceFirst("\\?.*", "")),
                isSecure(base) ? "https" : "http or https"));
  }

  /** An address in a message, without its query, which may be as good as a password. */
  static String shown(URI address) {
    return HubFiles.Shown.of(
        "%s://%s%s%s"
            .formatted(
                address.getScheme(),
                address.getHost(),
                address.getPort() < 0 ? "" : ":" + address.getPort(),
                address.getRawPath()));
  }

  private static boolean isWeb(URI address) {
    return SCHEMES.contains(scheme(address)) && address.getHost() != null;
  }

  private static boolean isSecure(URI address) {
    return scheme(address).equals("https");
  }

  private static String scheme(URI address) {
    return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
  }

  private static int port(URI address) {
    int standard = isSecure(address) ? HTTPS_PORT : HTTP_PORT;
    return address.getPort() < 0 ? standard : address.getPort();
  }

  /** Does not show the token. */
  @Override
  public String toString() {
    return "HubServer[base=%s, token=%s]".formatted(base, token.isPresent() ? "given" : "none");
  }
}
