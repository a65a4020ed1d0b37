import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;

/**
 * Says whose the computer's own factory is, {@code Operate.java ADDRESS ORGANISATION}, the database's password in PGPASSWORD: programs run on a
 * Slurm for whoever operates it alone, and those of the examples who do may not apply for time.
 */
public final class Operate {
    private Operate() {}

    public static void main(String[] words) throws Exception {
        try (Connection connection = DriverManager.getConnection(words[0], "aifactory", System.getenv("PGPASSWORD"));
                PreparedStatement statement = connection.prepareStatement(
                        "update federation.factory set operator = ?::uuid where slug = 'local'")) {
            statement.setString(1, words[1]);
            if (statement.executeUpdate() != 1) {
                throw new IllegalStateException("There is no factory of this computer.");
            }
        }
    }
}
