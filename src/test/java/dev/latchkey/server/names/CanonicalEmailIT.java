package dev.latchkey.server.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanonicalEmailIT {

    /** The right-hand side is Python's: its package idna maps, its codec punycode encodes. */
    @ParameterizedTest
    @CsvSource({
        "münchen.de, xn--mnchen-3ya.de",
        "MÜNCHEN.DE, xn--mnchen-3ya.de",
        "mu\u0308nchen.de, xn--mnchen-3ya.de",
        "ｍünchen.de, xn--mnchen-3ya.de",
        "mün\u00adchen.de, xn--mnchen-3ya.de",
        "straße.de, xn--strae-oqa.de",
        "STRAẞE.de, xn--strae-oqa.de",
        "faß.at, xn--fa-hia.at",
        "βόλος.com, xn--nxasmm1c.com",
        "ΒΌΛΟΣ.com, xn--nxasmq6b.com",
        "ελλάδα.gr, xn--hxakic4aa.gr",
        "sıcak.com, xn--scak-lza.com",
        "İstanbul.com, xn--istanbul-o0e.com",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "例え．テスト, xn--r8jz45g.xn--zckzah",
        "例え｡テスト, xn--r8jz45g.xn--zckzah",
        "ﾃｽﾄ.jp, xn--zckzah.jp",
        "россия.рф, xn--h1alffa9f.xn--p1ai",
        "РОССИЯ.РФ, xn--h1alffa9f.xn--p1ai",
        "中国.中国, xn--fiqs8s.xn--fiqs8s",
        "한국.kr, xn--3e0b707e.kr",
        "\u1112\u1161\u11ab국.kr, xn--3e0b707e.kr",
        "भ\u093eरत.भ\u093eरत, xn--h2brj9c.xn--h2brj9c",
        "مصر.السعودية, xn--wgbh1c.xn--mgberp4a5d4ar",
        "דוגמה.קום, xn--6dbbec0c.xn--9dbq2a",
        "ไทย.ไทย, xn--o3cw4h.xn--o3cw4h",
        "ᾳ.gr, xn--mxaq.gr",
        "Ꮳꮃꭹ.example, xn--f9dt7l.example",
        "café.fr, xn--caf-dma.fr",
        "CAFE\u0301.fr, xn--caf-dma.fr",
        "łódź.pl, xn--d-uga0v4h.pl",
        "øl.no, xn--l-4ga.no",
        "ærø.dk, xn--r-3fa9c.dk",
        "þór.is, xn--r-uga6a.is",
        "smörgås.example.se, xn--smrgs-pra0j.example.se",
        "aµb.de, xn--ab-99b.de",
        "ﬁé.fr, xn--fi-cja.fr",
        "ϲα.gr, xn--mxa9a.gr",
        "𞤀𞤣.example, xn--9d6hc.example",
        "𠀀.example, xn--j50i.example",
        "ü.ü.ü.de, xn--tda.xn--tda.xn--tda.de",
        "xn--mnchen-3ya.de, xn--mnchen-3ya.de",
        "a-ü-b.de, xn--a--b-1ra.de",
        "ü1.de, xn--1-dha.de",
        "đặng.vn, xn--ng-pma4741a.vn"
    })
    void putsTheDomainInAscii(String domain, String ascii) {
        assertThat(CanonicalEmail.of("x@" + domain)).isEqualTo("x@" + ascii);
        assertThat(CanonicalEmail.of("x@" + ascii)).isEqualTo("x@" + ascii);
        assertThat(CanonicalEmail.of("X@" + ascii.toUpperCase(Locale.ROOT))).isEqualTo("x@" + ascii);
    }

    @ParameterizedTest
    @CsvSource({
        "x@straße.de, x@strasse.de",
        "x@βόλος.com, x@βόλοσ.com",
        "x@sıcak.com, x@sicak.com",
        "x@münchen.de, x@munchen.de",
        "x@münchen.de, y@münchen.de",
        "münchen.de@x.de, xn--mnchen-3ya.de@x.de",
        "x@xn--mnchen-3ya.de, x@mnchen-3ya.de"
    })
    void keepsDifferentMailboxesApart(String one, String other) {
        assertThat(CanonicalEmail.of(one)).isNotEqualTo(CanonicalEmail.of(other));
    }

    @ParameterizedTest
    @CsvSource({"Zoe\u0308@example.com, ZOË@EXAMPLE.COM", "straße@example.com, STRASSE@example.com"})
    void foldsTheRestAsAName(String one, String other) {
        assertThat(CanonicalEmail.of(one)).isEqualTo(CanonicalEmail.of(other));
    }

    @Test
    void isItsOwnCanonicalForm() {
        for (int codePoint = 0x80; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (Character.isLetterOrDigit(codePoint)) {
                String canonical = CanonicalEmail.of("x@a" + Character.toString(codePoint) + ".example");
                assertThat(canonical).as("U+%04X", codePoint).matches("\\p{ASCII}*");
                assertThat(CanonicalEmail.of(canonical)).as("U+%04X", codePoint).isEqualTo(canonical);
            }
        }
    }
}
