/** Amazon's web services. */
package dev.sternway.adapter.aws;
