package dev.sternway.process;

import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Asks the decision tables in code, all of them and in the order of {@code decide-incident}, and leaves no trace: for a
 * second look at an incident that waits, for {@code alert explain} and for a replay.
 */
@Component
public class Weighing {

    /**
     * What the deployed tables, the newest version of each, say of the alerts together.
     *
     * @param alerts what each firing alert says; none: no rule matches, a person decides
     */
    public Decision weigh(List<AlertFacts> alerts) {
        throw new UnsupportedOperationException("follows at once");
    }
}
