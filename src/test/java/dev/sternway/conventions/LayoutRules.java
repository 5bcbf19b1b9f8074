package dev.sternway.conventions;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.SubProcess;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.dc.Bounds;
import org.camunda.bpm.model.bpmn.instance.di.Waypoint;

/** A diagram that people can read: everything is drawn, nothing lies on something else, no flows cross. */
final class LayoutRules {
    private LayoutRules() {}

    static List<String> broken(BpmnModelInstance model) {
        List<String> broken = new ArrayList<>();
        Map<FlowNode, Rectangle2D> places = places(model, broken);
        overlaps(places, broken);
        for (SequenceFlow flow : model.getModelElementsByType(SequenceFlow.class)) {
            edge(flow, places, broken);
        }
        crossings(List.copyOf(model.getModelElementsByType(SequenceFlow.class)), broken);
        return broken;
    }

    private static void crossings(List<SequenceFlow> flows, List<String> broken) {
        for (int i = 0; i < flows.size(); i++) {
            for (int j = i + 1; j < flows.size(); j++) {
                if (crosses(segmentsOf(flows.get(i)), segmentsOf(flows.get(j)))) {
                    broken.add(
                            flows.get(i).getId() + ": crosses '" + flows.get(j).getId() + "'");
                }
            }
        }
    }

    private static boolean crosses(Collection<Line2D> some, Collection<Line2D> others) {
        return some.stream().anyMatch(a -> others.stream().anyMatch(b -> crosses(a, b)));
    }

    /** Truly crosses: lines that only meet in an end, two flows into one task for example, are fine. */
    private static boolean crosses(Line2D a, Line2D b) {
        return a.relativeCCW(b.getP1()) * a.relativeCCW(b.getP2()) < 0
                && b.relativeCCW(a.getP1()) * b.relativeCCW(a.getP2()) < 0;
    }

    private static Collection<Line2D> segmentsOf(SequenceFlow flow) {
        BpmnEdge edge = flow.getDiagramElement();
        return edge == null ? List.of() : segments(List.copyOf(edge.getWaypoints()));
    }

    private static Map<FlowNode, Rectangle2D> places(BpmnModelInstance model, List<String> broken) {
        Map<FlowNode, Rectangle2D> places = new LinkedHashMap<>();
        for (FlowNode node : model.getModelElementsByType(FlowNode.class)) {
            if (!(node.getDiagramElement() instanceof BpmnShape shape) || shape.getBounds() == null) {
                broken.add(node.getId() + ": is not drawn");
                continue;
            }
            Bounds bounds = shape.getBounds();
            if (bounds.getX() < 0 || bounds.getY() < 0 || bounds.getWidth() <= 0 || bounds.getHeight() <= 0) {
                broken.add(node.getId() + ": must be drawn at positive bounds");
                continue;
            }
            places.put(
                    node, new Rectangle2D.Double(bounds.getX(), bounds.getY(), bounds.getWidth(), bounds.getHeight()));
        }
        return places;
    }

    private static void overlaps(Map<FlowNode, Rectangle2D> places, List<String> broken) {
        List<FlowNode> nodes = List.copyOf(places.keySet());
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = i + 1; j < nodes.size(); j++) {
                FlowNode a = nodes.get(i);
                FlowNode b = nodes.get(j);
                if (!belongTogether(a, b) && places.get(a).intersects(places.get(b))) {
                    broken.add(a.getId() + ": overlaps '" + b.getId() + "'");
                }
            }
        }
    }

    private static boolean belongTogether(FlowNode a, FlowNode b) {
        return attached(a, b) || attached(b, a) || contains(a, b) || contains(b, a);
    }

    private static boolean attached(FlowNode event, FlowNode host) {
        return event instanceof BoundaryEvent boundary
                && boundary.getAttachedTo().equals(host);
    }

    private static boolean contains(FlowNode outer, FlowNode inner) {
        return outer instanceof SubProcess && inner.getParentElement().equals(outer);
    }

    private static void edge(SequenceFlow flow, Map<FlowNode, Rectangle2D> places, List<String> broken) {
        BpmnEdge edge = flow.getDiagramElement();
        if (edge == null || edge.getWaypoints().size() < 2) {
            broken.add(flow.getId() + ": is not drawn");
            return;
        }
        List<Waypoint> points = List.copyOf(edge.getWaypoints());
        for (Map.Entry<FlowNode, Rectangle2D> each : places.entrySet()) {
            FlowNode node = each.getKey();
            boolean end = node.equals(flow.getSource()) || node.equals(flow.getTarget());
            boolean nearEnd = attached(node, flow.getSource())
                    || attached(node, flow.getTarget())
                    || attached(flow.getSource(), node)
                    || node instanceof SubProcess;
            if (!end
                    && !nearEnd
                    && segments(points).stream().anyMatch(line -> line.intersects(inner(each.getValue())))) {
                broken.add(flow.getId() + ": runs through '" + node.getId() + "'");
            }
        }
    }

    private static Collection<Line2D> segments(List<Waypoint> points) {
        List<Line2D> lines = new ArrayList<>();
        for (int i = 1; i < points.size(); i++) {
            Waypoint a = points.get(i - 1);
            Waypoint b = points.get(i);
            lines.add(new Line2D.Double(a.getX(), a.getY(), b.getX(), b.getY()));
        }
        return lines;
    }

    /** A line that only touches the border does not hide anything. */
    private static Rectangle2D inner(Rectangle2D place) {
        return new Rectangle2D.Double(place.getX() + 1, place.getY() + 1, place.getWidth() - 2, place.getHeight() - 2);
    }
}
