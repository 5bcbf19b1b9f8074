package dev.sternway.catalogue;

import dev.sternway.catalogue.BackupProofs.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/**
 * Predicts how long a restore will take, from trial restores of the same store: of the same backup what that one took,
 * else by the bytes that each second brought. Before the first trial nothing is known, and nothing is guessed.
 */
@Component
class RestoreTimes implements RestoreHistory {
    private static final int MOST_TRIALS = 5;

    private final BackupProofs proofs;

    RestoreTimes(BackupProofs proofs) {
        this.proofs = proofs;
    }

    @Override
    public Optional<Duration> load(String systemId, String setId, BackupSet.Part part) {
        List<Trial> trials = proofs.trials(systemId, part.storeId());
        Optional<Trial> same =
                trials.stream().filter(trial -> trial.setId().equals(setId)).findFirst();
        if (same.isPresent()) {
            return same.map(Trial::load);
        }
        List<Double> rates = trials.stream()
                .limit(MOST_TRIALS)
                .map(trial -> trial.bytes() * 1000.0 / Math.max(1, trial.load().toMillis()))
                .sorted()
                .toList();
        return rates.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.round(part.bytes() * 1000.0 / median(rates))));
    }

    @Override
    public BackupProofs.Proof proof(String setId) {
        return proofs.of(setId);
    }

    @Override
    public boolean accepted(String incidentId, String setId) {
        return proofs.accepted(incidentId, setId);
    }

    /** As large as that backup's own copy was, else in proportion to the newest one of the store. */
    @Override
    public OptionalLong copyBytes(String systemId, String setId, BackupSet.Part part) {
        List<Trial> trials = proofs.trials(systemId, part.storeId());
        return trials.stream()
                .filter(trial -> trial.setId().equals(setId))
                .findFirst()
                .or(() -> trials.stream().findFirst())
                .map(trial -> trial.setId().equals(setId)
                        ? OptionalLong.of(trial.databaseBytes())
                        : OptionalLong.of(
                                Math.round(part.bytes() * (double) trial.databaseBytes() / Math.max(1, trial.bytes()))))
                .orElse(OptionalLong.empty());
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return Math.max(
                1, sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
}
