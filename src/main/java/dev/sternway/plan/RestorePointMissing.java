package dev.sternway.plan;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;

/** Nobody said to what a system is to go back; carries what may be chosen. */
public class RestorePointMissing extends Refusal {
    private static final long serialVersionUID = 1L;

    private final transient List<RestorePoint> points;

    public RestorePointMissing(String systemId, List<RestorePoint> points) {
        super(
                ErrorCode.RESTORE_POINT_MISSING,
                "neither a release nor a backup of system '" + systemId + "' was named",
                points.isEmpty()
                        ? "nothing was recorded yet: roll back by hand, and run './sternway snapshot " + systemId
                                + "' before the next upgrade."
                        : "ask again with one of "
                                + points.stream().map(RestorePoint::id).toList() + ".");
        this.points = List.copyOf(points);
    }

    public List<RestorePoint> points() {
        return points;
    }
}
