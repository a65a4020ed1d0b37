package org.aifactory.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a file once, in bounded memory, by the rules by which the engine will read it: which documents it holds, and what is wrong. */
final class Examiner {
    private static final int LONGEST_LINE = 1 << 26;
    private static final int HEAD = 1 << 13;
    private static final double MOST_CONTROLS = 0.1;
    private static final Set<String> ROLES = Set.of("system", "user", "assistant");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_LINE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** How the engine reads a file; those of other names it passes over. */
    enum Form {
        /** The whole file is one document. */
        TEXT,
        /** Each line is a document or a conversation. */
        JSON_LINES;

        private static final Map<String, Form> OF_EXTENSIONS = Map.of("txt", TEXT, "md", TEXT, "jsonl", JSON_LINES);

        static Optional<Form> of(String path) {
            return Optional.ofNullable(OF_EXTENSIONS.get(FilePath.extension(path)));
        }
    }

    /**
     * What was found.
     *
     * @param remark goes on “The file …”: what a person should know, though the file can be kept; empty where there is nothing
     * @param fault likewise: why it cannot be kept
     */
    record Examination(Documents documents, Optional<Message> remark, Optional<Message> fault) {
        static Examination useless(Message remark) {
            return new Examination(Documents.NONE, Optional.of(remark), Optional.empty());
        }
    }

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer scratch = CharBuffer.allocate(1 << 14);

    private boolean blank = true;
    private long malformed;
    private long firstMalformed;
    private long texts;
    private long conversations;
    private long others;
    private Optional<Message> firstOther = Optional.empty();

    private Examiner(InputStream in) {
        this.in = in;
    }

    static Examination examine(InputStream in, Form form) throws IOException {
        byte[] head = in.readNBytes(HEAD);
        Optional<Message> reason = useless(head);
        if (reason.isPresent()) {
            // To the end, so that a stream that verifies what it reads can do so.
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return Examination.useless(reason.get());
        }
        Examiner examiner = new Examiner(new java.io.SequenceInputStream(new java.io.ByteArrayInputStream(head), in));
        Optional<Message> fault = form == Form.TEXT ? examiner.text() : examiner.lines();
        return examiner.examination(fault);
    }

    /** Lines that are neither documents nor conversations end a training; what else is remarked, the engine passes over. */
    static boolean isRefusedByEngine(ExaminedFile file) {
        return file.remark()
                .map(Message::key)
                .filter(Set.of("data.examined.line", "data.examined.lines", "data.examined.and")::contains)
                .isPresent();
    }

    private static Optional<Message> useless(byte[] head) {
        if (head.length == 0) {
            return found("empty");
        }
        if (head.length >= 2
                && ((head[0] == (byte) 0xFE && head[1] == (byte) 0xFF)
                        || (head[0] == (byte) 0xFF && head[1] == (byte) 0xFE))) {
            return found("utf-16");
        }
        int controls = 0;
        for (byte each : head) {
            if (each == 0) {
                return found("no-text");
            }
            boolean ordinary = (each >= '\b' && each <= '\r') || each == 0x1B;
            if ((each > 0 && each < ' ' && !ordinary) || each == 0x7F) {
                controls++;
            }
        }
        return controls > MOST_CONTROLS * head.length ? found("no-text") : Optional.empty();
    }

    private static Optional<Message> found(String what, Object... arguments) {
        return Optional.of(Message.of("data.examined." + what, arguments));
    }

    private Examination examination(Optional<Message> fault) {
        if (blank && fault.isEmpty()) {
            return Examination.useless(Message.of("data.examined.blank"));
        }
        Optional<Message> lines =
                firstOther.flatMap(first -> others > 1 ? found("lines", first, others - 1) : found("line", first));
        Optional<Message> places = malformed > 0 ? found("malformed", malformed, firstMalformed) : Optional.empty();
        Optional<Message> remark = lines.isPresent() && places.isPresent()
                ? found("and", lines.get(), places.get())
                : lines.or(() -> places);
        return new Examination(new Documents(texts, conversations), remark, fault);
    }

    private Optional<Message> text() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long offset = 0;
        boolean last = false;
        while (!last) {
            int read = in.read(buffer.array(), buffer.position(), buffer.remaining());
            last = read < 0;
            buffer.position(buffer.position() + Math.max(0, read)).flip();
            noteBlank(buffer.array(), buffer.limit());
            decode(buffer, offset, last);
            offset += buffer.position();
            buffer.compact();
        }
        texts = blank ? 0 : 1;
        return Optional.empty();
    }

    /** Leaves in the buffer the bytes of a character that is not complete yet. */
    private void decode(ByteBuffer bytes, long offset, boolean last) {
        while (true) {
            scratch.clear();
            CoderResult result = decoder.decode(bytes, scratch, last);
            if (result.isUnderflow()) {
                break;
            }
            if (result.isMalformed()) {
                noteMalformed(offset + bytes.position());
                bytes.position(bytes.position() + result.length());
            }
        }
        if (last) {
            decoder.reset();
        }
    }

    private void noteMalformed(long at) {
        if (malformed++ == 0) {
            firstMalformed = at;
        }
    }

    private void noteBlank(byte[] bytes, int length) {
        for (int i = 0; blank && i < length; i++) {
            blank = Character.isWhitespace(bytes[i])
                    || bytes[i] == (byte) 0xEF
                    || bytes[i] == (byte) 0xBB
                    || bytes[i] == (byte) 0xBF;
        }
    }

    /** The first line that no reader of JSON lines would take; empty where there is none. */
    private Optional<Message> lines() throws IOException {
        Lines reader = new Lines(in);
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            Optional<Message> fault = line(line, reader.number, reader.offset);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return reader.tooLong ? found("line-long", reader.number, LONGEST_LINE >> 20) : Optional.empty();
    }

    private Optional<Message> line(byte[] bytes, long number, long offset) {
        String line = decoded(bytes, offset);
        if (line.isBlank()) {
            return Optional.empty();
        }
        blank = false;
        JsonNode root;
        try {
            root = JSON.readTree(line);
        } catch (JacksonException invalid) {
            return found("no-json", number, brief(invalid));
        }
        Optional<Message> trouble = count(root);
        if (trouble.isPresent() && others++ == 0) {
            firstOther = found("line-that", number, trouble.get());
        }
        return Optional.empty();
    }

    private String decoded(byte[] bytes, long offset) {
        try {
            return decoder.reset().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException invalid) {
            decode(ByteBuffer.wrap(bytes), offset, true);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static String brief(JacksonException invalid) {
        String reason = String.valueOf(invalid.getOriginalMessage())
                .replaceAll("\\s+", " ")
                .strip();
        return FilePath.printable(reason);
    }

    /** Why it is neither a document nor a conversation; empty where it is one. */
    private Optional<Message> count(JsonNode root) {
        JsonNode text = root.get("text");
        JsonNode messages = root.get("messages");
        if (text != null && messages == null && text.isString()) {
            texts++;
            return Optional.empty();
        }
        if (messages == null || text != null || !messages.isArray()) {
            return found("neither");
        }
        boolean answers = false;
        for (JsonNode message : messages) {
            String role = string(message.get("role"));
            if (role == null || string(message.get("content")) == null) {
                return found("no-string");
            }
            if (!ROLES.contains(role)) {
                return found("role", FilePath.printable(role));
            }
            answers |= role.equals("assistant");
        }
        if (!answers) {
            return found("no-answer");
        }
        conversations++;
        return Optional.empty();
    }

    private static @Nullable String string(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : null;
    }

    /** Lines as bytes, so that a broken character does not hide a line's end; a mark of byte order before the first is passed over. */
    private static final class Lines {
        private final InputStream in;
        private final byte[] buffer = new byte[1 << 16];
        private int position;
        private int limit;
        private long read;
        private boolean ended;

        long number;
        /** Where the line begins. */
        long offset;

        boolean tooLong;

        Lines(InputStream in) {
            this.in = in;
        }

        byte @Nullable [] next() throws IOException {
            if (ended || tooLong) {
                return null;
            }
            number++;
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            offset = read - limit + position;
            while (position < limit || fill()) {
                int end = position;
                while (end < limit && buffer[end] != '\n') {
                    end++;
                }
                line.write(buffer, position, end - position);
                if (line.size() > LONGEST_LINE) {
                    tooLong = true;
                    return null;
                }
                position = Math.min(limit, end + 1);
                if (end < limit) {
                    return withoutMark(line.toByteArray());
                }
            }
            ended = true;
            return withoutMark(line.toByteArray());
        }

        private byte[] withoutMark(byte[] line) {
            boolean marked = number == 1
                    && line.length >= 3
                    && line[0] == (byte) 0xEF
                    && line[1] == (byte) 0xBB
                    && line[2] == (byte) 0xBF;
            return marked ? java.util.Arrays.copyOfRange(line, 3, line.length) : line;
        }

        private boolean fill() throws IOException {
            limit = Math.max(0, in.read(buffer));
            position = 0;
            read += limit;
            return limit > 0;
        }
    }
}
