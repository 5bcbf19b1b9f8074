/** What a rollback does, one class for each step: look, refuse, act, prove. Plain Java, no engine, no technology. */
package dev.sternway.step;
