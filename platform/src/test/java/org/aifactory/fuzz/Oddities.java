package org.aifactory.fuzz;

import java.util.List;
import java.util.Map;

/** What no well-meaning program sends, and what some program will. */
final class Oddities {
    /** Words that somewhere mean something else. */
    static final List<String> TEXTS = List.of(
            "",
            " ",
            "\0",
            "a\0b",
            "\n\r\t",
            "x".repeat(10_000),
            "\u202Egnp.exe",
            "\uFEFF",
            "👩‍🚀",
            "한국어",
            "İıß",
            "' OR 1=1; --",
            "<script>alert(1)</script>",
            "${jndi:ldap://127.0.0.1/x}",
            "{{7*7}}[[${7*7}]]",
            "../../../../etc/passwd",
            "%00%2e%2e%2f",
            "a\r\nSet-Cookie: b=c",
            "null",
            "NaN",
            "-1",
            "0",
            "1e400",
            "9223372036854775808",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "1-1-1-1-1",
            "{6f1c1c0a-8a52-4b1e-9d6e-0d6d8c0f3a11}",
            "6f1c1c0a8a524b1e9d6e0d6d8c0f3a11",
            "a".repeat(64),
            "1-1-1-1-1:" + "b".repeat(64),
            "-999999999-01-01T00:00:00Z",
            "+1000000000-12-31T23:59:59.999999999Z",
            "0000-00-00T00:00:00Z",
            "2026-02-30",
            "*",
            ".",
            "..",
            ";",
            "/");

    /** As they stand in JSON; some are none. */
    static final List<String> NUMBERS = List.of(
            "0",
            "-0.0",
            "-1",
            "1",
            "0.1",
            "0.0000000000000000000001",
            "1e-400",
            "1e400",
            "1e308",
            "1e999999999",
            "1e-999999999",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "123456789012345678901234567890123456789012345678901234567890",
            "3.14159265358979323846264338327950288",
            "NaN",
            "Infinity",
            "1".repeat(2000),
            "\"12\"",
            "\"\"");

    /** JSON of another kind than is asked for. */
    static final List<String> OTHERS = List.of(
            "null",
            "true",
            "false",
            "0",
            "[]",
            "{}",
            "[null]",
            "[[[[]]]]",
            "{\"\": null}",
            "{\"a\": {\"b\": {\"c\": []}}}",
            "\"\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\u0000\"",
            "[" + "0, ".repeat(2000) + "0]",
            "[".repeat(200) + "]".repeat(200));

    /** Whole bodies that are no JSON, or too much of it. */
    static final List<String> BROKEN = List.of(
            "",
            "{",
            "}",
            "null",
            "[]",
            "\"text\"",
            "1",
            "NaN",
            "{\"a\": }",
            "{'a': 1}",
            "{\"a\": 1} {\"a\": 2}",
            "{\"a\": 1,}",
            "<a>1</a>",
            "a=1&b=2",
            "\0\0\0\0",
            "\uFEFF{}",
            "[".repeat(5000),
            "{\"a\": ".repeat(3000),
            "{\"a\": \"" + "x".repeat(3_000_000) + "\"}",
            "{\"" + "k".repeat(100_000) + "\": 1}",
            "{\"a\": " + "9".repeat(100_000) + "}");

    /** What a body may be said to be. */
    static final List<String> TYPES = List.of(
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/offset+octet-stream",
            "application/json; charset=utf-16",
            "application/json; charset=none",
            "application/problem+json",
            "nonsense",
            "/");

    /** Headers that any request may have. */
    static final List<Map.Entry<String, String>> HEADERS = List.of(
            Map.entry("Accept", "text/html"),
            Map.entry("Accept", "application/xml"),
            Map.entry("Accept", "nonsense"),
            Map.entry("Accept", "image/png, */*;q=0"),
            Map.entry("Accept-Language", "ko"),
            Map.entry("Accept-Language", "xx-nonsense-*,,;q=9"),
            Map.entry("Accept-Encoding", "br;q=x"),
            Map.entry("Range", "bytes=0-0,2-1,-1"),
            Map.entry("Range", "bytes=99999999999999999999-"),
            Map.entry("Range", "bytes=-"),
            Map.entry("If-None-Match", "\"x"),
            Map.entry("If-Modified-Since", "yesterday"),
            Map.entry("Last-Event-ID", "-9223372036854775808:9223372036854775807:-9223372036854775808"),
            Map.entry("Last-Event-ID", "9223372036854775807:9223372036854775807:9223372036854775807"),
            Map.entry("X-HTTP-Method-Override", "DELETE"),
            Map.entry("X-HTTP-Method-Override", "PATCH"),
            Map.entry("X-Forwarded-For", "999.1.1.1, <b>"),
            Map.entry("X-Forwarded-Host", "a b:c"),
            Map.entry("X-Forwarded-Port", "port"),
            Map.entry("X-Forwarded-Proto", "gopher"),
            Map.entry("X-Forwarded-Prefix", "/%zz"),
            Map.entry("Forwarded", "for=\"[::\";proto=;host=:::"),
            Map.entry("Cookie", "aifactory-session=x; aifactory-language=xx_ZZ_!; SESSION=%00"),
            Map.entry("Tus-Resumable", "0.2.2"),
            Map.entry("Origin", "http://elsewhere.example"));

    private Oddities() {}
}
