package dev.sternway.alert;

import org.springframework.dao.TransientDataAccessResourceException;

/** More messages come than can be stored; nothing of this one was kept, its sender must come again. */
public class InboxBusy extends TransientDataAccessResourceException {
    InboxBusy(String message) {
        super(message);
    }
}
