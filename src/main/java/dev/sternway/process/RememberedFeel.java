package dev.sternway.process;

import camundajar.impl.scala.util.Either;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.camunda.bpm.dmn.feel.impl.FeelEngine;
import org.camunda.bpm.dmn.feel.impl.FeelEngineFactory;
import org.camunda.bpm.dmn.feel.impl.scala.ScalaFeelEngine;
import org.camunda.bpm.dmn.feel.impl.scala.function.CustomFunctionTransformer;
import org.camunda.feel.syntaxtree.ParsedExpression;
import org.camunda.feel.valuemapper.ValueMapper;

/**
 * Camunda's FEEL, with each cell of a table parsed once: it parses every cell again for every question otherwise, which
 * takes most of the time when an alert storm is weighed.
 */
final class RememberedFeel implements FeelEngineFactory {
    /** Tables hold a few hundred different cells; what is beyond that is parsed and forgotten. */
    private static final int MOST = 10_000;

    @Override
    public FeelEngine createInstance() {
        return new ScalaFeelEngine(List.of()) {
            @Override
            protected org.camunda.feel.FeelEngine buildFeelEngine(
                    CustomFunctionTransformer functions, ValueMapper.CompositeValueMapper values) {
                return new Remembering(super.buildFeelEngine(functions, values));
            }
        };
    }

    /** The engine below, set up like the one it takes the place of. */
    private static final class Remembering extends org.camunda.feel.FeelEngine {
        private final Map<String, Either<Failure, ParsedExpression>> expressions = new ConcurrentHashMap<>();
        private final Map<String, Either<Failure, ParsedExpression>> tests = new ConcurrentHashMap<>();

        Remembering(org.camunda.feel.FeelEngine like) {
            super(like.functionProvider(), like.valueMapper(), like.configuration(), like.clock());
        }

        @Override
        public Either<Failure, ParsedExpression> parseExpression(String text) {
            return expressions.size() < MOST
                    ? expressions.computeIfAbsent(text, super::parseExpression)
                    : super.parseExpression(text);
        }

        @Override
        public Either<Failure, ParsedExpression> parseUnaryTests(String text) {
            return tests.size() < MOST
                    ? tests.computeIfAbsent(text, super::parseUnaryTests)
                    : super.parseUnaryTests(text);
        }
    }
}
