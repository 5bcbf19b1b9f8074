/** The story of one failed upgrade, told on the sandbox. */
package dev.sternway.sandbox.demo;
