/** The facts that the decision tables read, and the words of the decision that they give. */
package dev.sternway.decision;
