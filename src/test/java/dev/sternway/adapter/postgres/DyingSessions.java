package dev.sternway.adapter.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Sessions on a real server that die at the n-th statement: alone, or with the whole program as a kill would. */
final class DyingSessions implements UnaryOperator<Connection> {
    private static final Set<String> BOUNDARIES = Set.of("execute", "executeQuery", "executeUpdate", "commit");

    /** What happens at the statement. */
    enum Fault {
        /** The program is gone: this statement and all that would follow are never sent, all sessions end. */
        KILLED,
        /** The session ends before the statement is sent. */
        LOST_BEFORE,
        /** The statement is done, its answer never arrives. */
        LOST_AFTER,
        /** The program finds that there is no time left. */
        OUT_OF_TIME
    }

    /** The program is dead. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final Fault fault;
    private final int at;
    private final List<Connection> all = new ArrayList<>();
    private int passed;
    private boolean dead;
    private String what;

    /** @param at the statement that it happens at, from 1 on; those that only set up a session are not counted */
    DyingSessions(Fault fault, int at) {
        this.fault = fault;
        this.at = at;
    }

    /** The statement that it happened at, or null when the work ended before. */
    String what() {
        return what;
    }

    @Override
    public synchronized Connection apply(Connection real) {
        all.add(real);
        return proxy(Connection.class, (proxy, method, values) -> {
            boundary(real, method, method.getName());
            Object answer = invoke(real, method, values);
            after(real, method, method.getName());
            if (answer instanceof PreparedStatement statement) {
                return statement(PreparedStatement.class, statement, real, (String) values[0]);
            }
            return answer instanceof Statement statement ? statement(Statement.class, statement, real, null) : answer;
        });
    }

    private <T extends Statement> T statement(Class<T> type, T real, Connection connection, String prepared) {
        return proxy(type, (proxy, method, values) -> {
            String sql = prepared != null ? prepared : values == null ? "" : String.valueOf(values[0]);
            boundary(connection, method, sql);
            Object answer = invoke(real, method, values);
            after(connection, method, sql);
            return answer;
        });
    }

    private static Object invoke(Object real, Method method, Object... values) throws Throwable {
        try {
            return method.invoke(real, values);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(DyingSessions.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private synchronized void boundary(Connection real, Method method, String sql) throws SQLException {
        if (dead && !method.getName().equals("close")) {
            throw new Killed();
        }
        if (!counts(method, sql) || ++passed != at) {
            return;
        }
        what = sql;
        switch (fault) {
            case KILLED -> {
                dead = true;
                for (Connection each : all) {
                    each.abort(Runnable::run);
                }
                throw new Killed();
            }
            case LOST_BEFORE -> lose(real);
            case OUT_OF_TIME -> throw new IllegalStateException("no time is left");
            default -> {}
        }
    }

    private synchronized void after(Connection real, Method method, String sql) throws SQLException {
        if (fault == Fault.LOST_AFTER && counts(method, sql) && passed == at) {
            lose(real);
        }
    }

    private static void lose(Connection real) throws SQLException {
        real.abort(Runnable::run);
        throw new SQLException("the session was lost", "08006");
    }

    private static boolean counts(Method method, String sql) {
        return BOUNDARIES.contains(method.getName()) && !sql.startsWith("set ");
    }
}
