package dev.sternway.web;

import dev.sternway.decision.Case;
import dev.sternway.process.Replay;
import dev.sternway.process.Tables;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The decision tables for programs: list them, deploy others, see what others would decide. */
@RestController
@RequestMapping("/api/decisions")
class DecisionsApi {
    private static final String ADMINISTRATOR = "administrator";

    private final Tables tables;
    private final Replay replay;

    DecisionsApi(Tables tables, Replay replay) {
        this.tables = tables;
        this.replay = replay;
    }

    /** What is deployed, and which rules configuration has switched off. */
    record Listing(List<Tables.TableInfo> tables, List<String> disabledRules) {}

    /** File name to the file's bytes in Base64: a table says its encoding itself. */
    record DeployRequest(Map<String, String> tables) {}

    /**
     * What is to be decided again.
     *
     * @param tables changed tables as in {@link DeployRequest}; none: the deployed ones
     * @param cases text of a file of cases in YAML or JSON, or null
     */
    record ReplayRequest(Map<String, String> tables, String cases) {}

    @GetMapping("/tables")
    Listing list() {
        return new Listing(tables.list(), tables.disabledRules());
    }

    @PostMapping("/tables")
    List<Tables.Deployed> deploy(@RequestBody DeployRequest request, Authentication who) {
        administrator(who, "decision tables are deployed by an administrator");
        return tables.deploy(files(request.tables()));
    }

    @PostMapping("/replay")
    Replay.Result replay(@RequestBody ReplayRequest request, Authentication who) {
        if (request.tables() != null && !request.tables().isEmpty()) {
            administrator(
                    who, "other decision tables are tried by an administrator, anybody replays the deployed ones");
        }
        return replay.run(files(request.tables()), request.cases() == null ? List.of() : Case.read(request.cases()));
    }

    private static void administrator(Authentication who, String why) {
        if (who.getAuthorities().stream().map(GrantedAuthority::getAuthority).noneMatch(ADMINISTRATOR::equals)) {
            throw new AccessDeniedException(why);
        }
    }

    private static Map<String, byte[]> files(Map<String, String> encoded) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        if (encoded != null) {
            encoded.forEach((name, content) -> {
                try {
                    files.put(name, Base64.getDecoder().decode(content));
                } catch (IllegalArgumentException e) {
                    throw new ResponseStatusException(
                            HttpStatus.BAD_REQUEST, "tables/" + name + ": must be the file's bytes in Base64");
                }
            });
        }
        return files;
    }
}
