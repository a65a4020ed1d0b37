package org.aifactory.federation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** In which images of containers machines run programs, as their operators say; Apptainer has to be on their nodes. */
@Service
public class MachineImages {
    private static final int MOST = 100;
    /** A file at the site, or an address such as {@code docker://…}; Apptainer takes no other word for an option. */
    private static final Pattern IMAGE = Pattern.compile("(?:/|[a-z]{2,20}://)[A-Za-z0-9_.+@:/-]{1,400}");

    private final JdbcClient jdbc;
    private final Machines machines;
    private final AuditTrail audit;

    MachineImages(JdbcClient jdbc, Machines machines, AuditTrail audit) {
        this.jdbc = jdbc;
        this.machines = machines;
        this.audit = audit;
    }

    /**
     * @param fromDatasets whether in images that lie in a run's own dataset
     * @param allowed files at the site, or addresses, of images that the site vouches for
     */
    public record Images(boolean fromDatasets, List<String> allowed) {
        static final Images NONE = new Images(false, List.of());

        public Images {
            allowed = List.copyOf(allowed);
        }
    }

    public Images of(MachineId machine) {
        return jdbc.sql("select * from federation.machine_images where machine = :machine")
                .param("machine", machine.value())
                .query((row, number) -> images(row))
                .optional()
                .orElse(Images.NONE);
    }

    private static Images images(ResultSet row) throws SQLException {
        return new Images(row.getBoolean("from_datasets"), List.of((String[])
                row.getArray("allowed").getArray()));
    }

    /** @throws Problem where an image has no name that could be one, and where the machine runs programs in its own confinement alone */
    @Transactional
    void set(Actor actor, Machine machine, Images images) {
        Factory factory = machines.requireMayOperate(actor, machine.id());
        if (machine.connection() == Connection.LOCAL) {
            throw Problem.of(ProblemType.AGAINST_RULES, "federation.images.own-computer", machine.name());
        }
        if (images.allowed().size() > MOST) {
            throw Problem.invalid("allowed", "federation.images.too-many", MOST);
        }
        images.allowed().stream()
                .filter(image -> !IMAGE.matcher(image).matches())
                .findFirst()
                .ifPresent(wrong -> {
                    throw Problem.invalid("allowed", "federation.images.no-image", wrong);
                });
        jdbc.sql("""
                insert into federation.machine_images (machine, from_datasets, allowed) values (:machine, :fromDatasets, :allowed)
                on conflict (machine) do update set from_datasets = excluded.from_datasets, allowed = excluded.allowed
                """)
                .param("machine", machine.id().value())
                .param("fromDatasets", images.fromDatasets())
                .param("allowed", images.allowed().toArray(String[]::new))
                .update();
        audit.record(
                actor.person(),
                factory.operator().orElse(null),
                "machine.images-set",
                "machine " + machine.id(),
                Map.of("fromDatasets", images.fromDatasets(), "allowed", images.allowed()));
    }
}
