package dev.sternway.process;

import dev.sternway.port.Refusal;
import java.util.List;

/** A rollback that somebody asked for is not begun: a gate is red; carries what every gate saw. */
public class GatesRed extends Refusal {
    private static final long serialVersionUID = 1L;

    private final transient List<Gate> gates;

    private GatesRed(Refusal first, List<Gate> gates) {
        super(first.code(), first.getMessage(), first.hint());
        this.gates = List.copyOf(gates);
    }

    /** Throws the first red one. */
    static void throwIfAny(List<Gate> gates) {
        gates.stream().filter(gate -> !gate.isGreen()).findFirst().ifPresent(red -> {
            throw new GatesRed(red.refusal(), gates);
        });
    }

    public List<Gate> gates() {
        return gates;
    }
}
