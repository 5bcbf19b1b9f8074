package dev.sternway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.evidence.Chain;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Json;
import dev.sternway.evidence.Words;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Recomputes the chain of an incident's evidence here, so that nobody need believe the server. */
@Command(
        name = "verify-evidence",
        description = "Check that no entry of an incident's evidence was changed, left out or moved.")
final class VerifyEvidenceCommand extends ClientCommand {

    private static final String HEAD_HEADER = "Sternway-Evidence-Head";
    private static final Pattern HEAD = Pattern.compile("(\\d{1,9})\\s+([0-9a-f]{64})");

    @Parameters(paramLabel = "INCIDENT", arity = "0..1", description = "Id of the incident, e.g. INC-2026-0042.")
    private String incident;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A saved answer of GET /api/incidents/{id}/evidence instead of asking Sternway.")
    private Path file;

    @Option(
            names = "--head",
            paramLabel = "'ENTRIES HASH'",
            description = "Where the chain must end, as a report or a mail noted it (default: as Sternway says).")
    private String head;

    @Override
    int run(SternwayClient sternway, Output output) {
        if (incident == null && file == null) {
            throw new Failure(ExitCode.USAGE, "verify-evidence: name an INCIDENT, or a --file");
        }
        List<Evidence> entries = read(sternway);
        Chain.Head wanted = wantedHead(entries);
        Optional<String> broken = entries.isEmpty()
                ? Optional.of("there is no entry")
                : Chain.firstBreak(entries, wanted).or(() -> foreign(entries));
        String last = entries.isEmpty()
                ? Chain.START
                : entries.get(entries.size() - 1).hash();
        if (output.forPrograms()) {
            ObjectNode answer = SternwayClient.JSON.createObjectNode();
            answer.put("holds", broken.isEmpty());
            answer.put("entries", entries.size());
            answer.put("lastHash", last);
            answer.put("firstBreak", broken.orElse(null));
            output.json(answer);
        } else if (broken.isEmpty()) {
            output.line("The evidence holds: " + Words.some(entries.size(), "entry") + ", the last is " + last);
        }
        if (broken.isPresent()) {
            throw new Failure(ExitCode.REFUSED, "the evidence does not hold: " + broken.get());
        }
        return ExitCode.OK;
    }

    /** A chain that holds may still be another incident's. */
    private Optional<String> foreign(List<Evidence> entries) {
        return entries.stream()
                .filter(entry -> incident != null && !entry.incidentId().equals(incident))
                .findFirst()
                .map(entry -> "entry " + entry.sequence() + " is of incident '" + entry.incidentId() + "'");
    }

    /** Without a head that was noted, a chain whose last entries were cut off still looks whole. */
    private Chain.Head wantedHead(List<Evidence> entries) {
        if (head == null) {
            String last = entries.isEmpty()
                    ? Chain.START
                    : entries.get(entries.size() - 1).hash();
            return new Chain.Head(entries.size(), last);
        }
        Matcher parts = HEAD.matcher(head.strip());
        if (!parts.matches()) {
            throw new Failure(ExitCode.USAGE, "--head: must be 'ENTRIES HASH', got '" + head + "'");
        }
        return new Chain.Head(Long.parseLong(parts.group(1)), parts.group(2));
    }

    private List<Evidence> read(SternwayClient sternway) {
        String source = file == null ? "what Sternway answered" : "'" + file + "'";
        try {
            if (file != null) {
                return Json.readEvidence(Files.readString(file));
            }
            HttpResponse<String> answer =
                    sternway.getAnswer("/api/incidents/" + SternwayClient.part(incident) + "/evidence");
            if (head == null) {
                head = answer.headers().firstValue(HEAD_HEADER).orElse(null);
            }
            return Json.readEvidence(answer.body());
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.REFUSED, source + " is " + e.getMessage());
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "--file: '" + file + "' cannot be read");
        }
    }
}
