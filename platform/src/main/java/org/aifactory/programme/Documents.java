package org.aifactory.programme;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.aifactory.database.Columns;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is attached to proposals: PDF files, few and not large, kept beside the proposal so that both are saved together. */
@Component
class Documents {
    static final int LARGEST = 10 << 20;
    private static final int MOST = 20;
    private static final int LONGEST_NAME = 200;
    private static final byte[] PDF = "%PDF-".getBytes(StandardCharsets.US_ASCII);
    private static final String PDF_END = "%%EOF";
    private static final int END_WITHIN = 1024;

    private final JdbcClient jdbc;

    Documents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A file of a proposal.
     *
     * @param part of the call's documents
     */
    record Document(UUID id, String part, String name, long bytes, String sha256, Instant added) {}

    List<Document> of(ProposalId proposal) {
        return jdbc.sql("""
                select id, part, name, length(content) as bytes, sha256, added_at from programme.document
                 where proposal = :proposal order by added_at, id
                """)
                .param("proposal", proposal.value())
                .query((row, number) -> new Document(
                        row.getObject("id", UUID.class),
                        row.getString("part"),
                        row.getString("name"),
                        row.getLong("bytes"),
                        HexFormat.of().formatHex(row.getBytes("sha256")),
                        Columns.instant(row, "added_at")))
                .list();
    }

    Set<String> partsOf(ProposalId proposal) {
        return of(proposal).stream().map(Document::part).collect(Collectors.toSet());
    }

    Optional<byte[]> content(ProposalId proposal, UUID id) {
        return jdbc.sql("select content from programme.document where id = :id and proposal = :proposal")
                .param("id", id)
                .param("proposal", proposal.value())
                .query((row, number) -> row.getBytes("content"))
                .optional();
    }

    /** @throws Problem where it is no PDF file, too large, or one too many */
    UUID add(ProposalId proposal, String part, String name, byte[] content, PersonId by, Instant at) {
        String spoken = name.strip();
        if (spoken.isEmpty() || spoken.length() > LONGEST_NAME || spoken.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid("name", "programme.fault.text", LONGEST_NAME);
        }
        if (content.length > LARGEST) {
            throw Problem.of(ProblemType.TOO_LARGE, "programme.refused.large", LARGEST >> 20);
        }
        if (!isPdf(content)) {
            throw Problem.invalid("document", "programme.fault.pdf", spoken);
        }
        if (of(proposal).size() >= MOST) {
            throw Problem.of(ProblemType.NOT_NOW, "programme.refused.many-documents", MOST);
        }
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                insert into programme.document (id, proposal, part, name, sha256, content, added_by, added_at)
                values (:id, :proposal, :part, :name, :sha256, :content, :by, :at)
                """)
                .param("id", id)
                .param("proposal", proposal.value())
                .param("part", part)
                .param("name", spoken)
                .param("sha256", sha256(content))
                .param("content", content)
                .param("by", by.value())
                .param("at", at.atOffset(ZoneOffset.UTC))
                .update();
        return id;
    }

    boolean remove(ProposalId proposal, UUID id) {
        return jdbc.sql("delete from programme.document where id = :id and proposal = :proposal")
                        .param("id", id)
                        .param("proposal", proposal.value())
                        .update()
                == 1;
    }

    /** Whatever it is called: a file that begins and ends as one. */
    static boolean isPdf(byte[] content) {
        if (content.length < PDF.length || !java.util.Arrays.equals(content, 0, PDF.length, PDF, 0, PDF.length)) {
            return false;
        }
        int from = Math.max(0, content.length - END_WITHIN);
        return new String(content, from, content.length - from, StandardCharsets.ISO_8859_1).contains(PDF_END);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
