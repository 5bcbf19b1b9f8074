/** Who may send alerts, and how a message proves that it is theirs. */
package dev.sternway.alert.sender;
