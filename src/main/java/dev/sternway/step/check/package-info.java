/** Was it enough, and does it stay well: the checks of a system, measured once or watched for a while. */
package dev.sternway.step.check;
