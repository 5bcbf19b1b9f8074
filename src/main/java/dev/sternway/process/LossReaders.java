package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Who may read the rows that a restore loses: those who may agree to lose them, and administrators; each reading is written down. */
@Component
public class LossReaders {
    /** Signers of a loss of data, by phrase or as the second person, and administrators. */
    private static final Set<String> MAY_READ = Set.of("incident-commander", "tech-lead", "cto", "administrator");

    private final Groups groups;
    private final Ledger ledger;

    LossReaders(Groups groups, Ledger ledger) {
        this.groups = groups;
        this.ledger = ledger;
    }

    /**
     * Refuses whoever is in none of these groups now.
     *
     * @throws Refusal {@link ErrorCode#ROLE_MISSING}
     */
    public void require(String user) {
        List<String> his = groups.of(user);
        if (his.stream().noneMatch(MAY_READ::contains)) {
            throw new Refusal(
                    ErrorCode.ROLE_MISSING,
                    "'" + user + "' is in " + his + " now, lost rows are given to one of "
                            + MAY_READ.stream().sorted().toList(),
                    "ask somebody of these groups: the rows hold what people wrote.");
        }
    }

    /** Writes down that somebody got the file, before he gets it. */
    public void writeDown(String incidentId, String user, String file, String sha256) {
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "downloadLostRows",
                        "lost rows are given only to those who may read them",
                        "'" + user + "' downloaded '" + file + "', SHA-256 " + sha256,
                        Evidence.Outcome.NOTED)
                .by(user));
    }
}
