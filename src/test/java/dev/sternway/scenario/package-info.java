/** What Sternway is for, told on real parts: the running application, a real shop, people at Tasklist. */
package dev.sternway.scenario;
