package dev.sternway.adapter.aws;

import dev.sternway.adapter.http.HttpCalls;
import dev.sternway.port.AmazonSns;
import dev.sternway.port.HttpProbes.Answer;
import dev.sternway.port.OutsideException;
import java.net.URI;
import org.springframework.stereotype.Component;

/** Asks Amazon SNS by HTTPS; whoever calls has checked that the address is one of SNS. */
@Component
class HttpAmazonSns implements AmazonSns {
    private final HttpCalls calls;

    HttpAmazonSns(HttpCalls calls) {
        this.calls = calls;
    }

    @Override
    public String certificate(URI address) {
        return get(address, "'" + address + "'");
    }

    /** The address holds a token, so no message names it. */
    @Override
    public void confirm(URI address) {
        get(address, "the confirmation at '" + address.getHost() + "'");
    }

    private String get(URI address, String what) {
        Answer answer = calls.send("GET", address, null, "text/plain");
        if (answer.status() != 200) {
            throw new OutsideException("Amazon SNS answered " + answer.status() + " to " + what);
        }
        return answer.body();
    }
}
