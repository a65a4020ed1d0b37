package org.aifactory.notices;

import java.util.List;
import java.util.Locale;

/**
 * A mail before it is put into words.
 *
 * @param address where it goes
 * @param language in which it is written
 * @param key see {@link Telling}
 * @param path of the page that it leads to
 */
record Letter(String address, Locale language, Kind kind, String key, List<Word> words, String path) {}
