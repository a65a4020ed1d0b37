package org.aifactory.engine.corpus;

import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.aifactory.engine.chat.Message;

/** What a model learns from: a text or a conversation. */
public sealed interface Document {

    /** A text of any length, read only when its pieces are asked for. */
    final class Text implements Document {
        private final Supplier<Reader> opener;
        private final long charactersMax;

        Text(String text) {
            this(() -> new StringReader(text), text.length());
        }

        /** A text of at most that many characters, opened anew for each reading. */
        Text(Supplier<Reader> opener, long charactersMax) {
            this.opener = opener;
            this.charactersMax = charactersMax;
        }

        /**
         * The text in order, in pieces of at most 256 Ki characters. A piece ends where a new word begins (before a space or
         * after a line), so that a tokenizer that splits words gives the same tokens for the pieces as for the whole; only
         * where there is no such place for very long it ends between two characters. Close the stream, or read it to its end.
         */
        public Stream<String> pieces() {
            return Pieces.of(opener.get(), charactersMax);
        }
    }

    /**
     * Turns of a conversation, at least one of them the assistant's.
     *
     * @param place where it stands, for messages: the file and the line; asked for only when there is one
     */
    record Conversation(List<Message> messages, Supplier<String> place) implements Document {
        public Conversation {
            messages = List.copyOf(messages);
        }
    }
}
